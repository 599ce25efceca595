import { gem, type Files } from "../../../scripts/bench/files.js";
import { SPLIT, type Base, type Project } from "./project.js";

/** With a source of gems in the image. */
const base: Base = {
  tag: "debian:dockopt-ruby",
  dockerfile: `FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends ruby-bundler && rm -rf /var/lib/apt/lists/*
RUN mkdir -p /gems/gems /tmp/alpha/lib && cd /tmp/alpha && echo 'ALPHA = "1.0.0"' > lib/alpha.rb && \\
    echo 'Gem::Specification.new { |s| s.name = "alpha"; s.version = "1.0.0"; s.summary = "a"; s.authors = ["a"]; s.files = ["lib/alpha.rb"] }' > alpha.gemspec && \\
    gem build alpha.gemspec --output /gems/gems/alpha-1.0.0.gem && gem generate_index -d /gems && rm -r /tmp/alpha
`,
};

const lock = (sections: string, dependencies: readonly string[]): string =>
  `${sections}PLATFORMS\n  ruby\n  x86_64-linux\n\nDEPENDENCIES\n${dependencies.map((one) => `  ${one}\n`).join("")}\nBUNDLED WITH\n   2.3.15\n`;
const GEMS = (remote: string): string => `GEM\n  remote: ${remote}\n  specs:\n    alpha (1.0.0)\n\n`;

const SOURCE: Files = {
  Gemfile: 'source "file:///gems"\n\ngem "alpha"\n',
  "Gemfile.lock": lock(GEMS("file:///gems/"), ["alpha"]),
  "app.rb": 'require "alpha"\nputs ALPHA\n',
};

export const RUBY: readonly Project[] = [
  {
    name: "bundler with a source of files",
    base,
    dockerfile: `FROM ${base.tag}\nWORKDIR /app\nCOPY . .\nRUN bundle install\nRUN bundle exec ruby app.rb > out.txt\n`,
    files: SOURCE,
    by: SPLIT,
    faster: true,
  },
  {
    name: "bundler with vendored gems, a gem of the project's own and a directory for all of them",
    base,
    dockerfile: `FROM ${base.tag}\nENV BUNDLE_FROZEN=true BUNDLE_PATH=vendor/bundle\nWORKDIR /app\nCOPY . .\nRUN bundle install --local && bundle exec ruby app.rb > out.txt\n`,
    files: {
      Gemfile: 'source "https://rubygems.org"\n\ngem "alpha"\ngem "beta", path: "gems/beta"\n',
      "Gemfile.lock": lock(
        `PATH\n  remote: gems/beta\n  specs:\n    beta (2.0.0)\n\n${GEMS("https://rubygems.org/")}`,
        ["alpha", "beta!"],
      ),
      "vendor/cache/alpha-1.0.0.gem": gem("alpha", "1.0.0"),
      "gems/beta/beta.gemspec":
        'require_relative "lib/beta/version"\n\nGem::Specification.new do |spec|\n  spec.name = "beta"\n  spec.version = Beta::VERSION\n  spec.summary = "b"\n  spec.authors = ["b"]\n  spec.files = ["lib/beta.rb", "lib/beta/version.rb"]\nend\n',
      "gems/beta/lib/beta.rb": 'require "beta/version"\n',
      "gems/beta/lib/beta/version.rb": 'module Beta\n  VERSION = "2.0.0"\nend\n',
      "app.rb": 'require "alpha"\nrequire "beta"\nputs ALPHA, Beta::VERSION\n',
    },
    by: SPLIT,
    faster: true,
  },
];
