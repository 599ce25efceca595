import { describe, expect, test } from "vitest";
import { contextFromList } from "../../src/context/load-list.js";
import { readSettings } from "../../src/ecosystems/bundler-settings.js";
import { bundler } from "../../src/ecosystems/bundler.js";
import { readGemfile } from "../../src/ecosystems/gemfile.js";
import { createFacts, type CommandFact } from "../../src/facts/facts.js";
import { parse } from "../../src/syntax/parse.js";

/** The last command of the last RUN. */
function lastCommand(dockerfile: string): CommandFact {
  const result = parse(dockerfile);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const run = result.document.instructions.findLast((one) => one.kind === "RUN");
  const fact = run && createFacts(result.document, undefined).commands(run).at(-1);
  if (fact === undefined) throw new Error("no command");
  return fact;
}

describe("caches", () => {
  test.each([
    ["FROM ruby:3.3\nRUN bundle install", ["/usr/local/bundle/cache", "/root/.bundle/cache"]],
    ["FROM docker.io/library/ruby:3.3-slim@sha256:12\nRUN bundle", ["/usr/local/bundle/cache", "/root/.bundle/cache"]],
    ["FROM ruby:3.3-slim\nENV BUNDLE_PATH=/gems\nRUN bundle update", ["/gems/ruby/3.3.0/cache", "/root/.bundle/cache"]],
    ["FROM ruby\nENV BUNDLE_PATH=/gems\nRUN bundle install", "unknown-cache"],
    ["FROM debian:12\nRUN bundle install", "unknown-cache"],
    [
      "FROM debian:12\nENV GEM_HOME=/g BUNDLE_USER_HOME=/b\nRUN bundle install --gemfile=/x/Gemfile",
      ["/g/cache", "/b/cache"],
    ],
    ["FROM ruby:3.3\nUSER app\nRUN bundle install", "unknown-cache"],
    ["FROM ruby:3.3\nRUN bundle install --local", "cache-undone"],
    ["FROM ruby:3.3\nRUN bundle exec rake install", undefined],
    ["FROM ruby:3.3\nRUN bundle --version", undefined],
  ])("%s", (dockerfile, expected) => {
    const { command, site } = lastCommand(dockerfile);
    const caches = bundler.caches?.(command, site, undefined, []);
    expect(caches && ("reason" in caches ? caches.code : caches.map((one) => one.path))).toEqual(expected);
  });
});

describe("settings", () => {
  const settingsOf = (dockerfile: string): { readonly frozen: boolean; readonly gems: readonly unknown[] } => {
    const { command, site } = lastCommand(dockerfile);
    const { frozen, gems } = readSettings(command, site.cwd, site);
    return { frozen, gems: [...gems] };
  };
  const system = ["system"];
  test.each([
    ["FROM ruby:3.3\nRUN bundle install", false, system],
    ["FROM ruby:3.3\nRUN BUNDLE_FROZEN=1 bundle install", true, system],
    ["FROM ruby:3.3\nENV BUNDLE_FROZEN=false BUNDLE_DEPLOYMENT=1\nRUN bundle install", false, ["/vendor/bundle"]],
    ["FROM ruby:3.3\nRUN bundle config --local frozen true; bundle install", true, system],
    ["FROM ruby:3.3\nRUN test -e x || bundle config --local frozen true; bundle install", false, system],
    ["FROM ruby:3.3\nRUN if true; then bundle config --local frozen true; fi; bundle install", false, system],
    [
      "FROM ruby:3.3\nRUN bundle config --local frozen true\nRUN bundle config unset frozen && bundle install",
      false,
      system,
    ],
    ["FROM ruby:3.3 AS a\nRUN bundle config --global frozen 1\nFROM a\nRUN bundle install", true, system],
    ["FROM ruby:3.3\nARG P\nRUN bundle config set --local path $P && bundle install", false, [undefined]],
    // Local settings of another directory are not those of the project, but in the official image there is just one.
    ["FROM debian:12\nRUN bundle config --local frozen 1\nWORKDIR /app\nRUN bundle install", false, system],
    ["FROM ruby:3.3\nRUN bundle config --local frozen 1\nWORKDIR /app\nRUN bundle install", true, system],
    // Bundler 2.4.14 and later take the path.
    [
      "FROM ruby:3.3\nENV BUNDLE_PATH=/g\nRUN bundle config --local deployment 1 && bundle install",
      true,
      ["/vendor/bundle", "/g"],
    ],
  ])("%s", (dockerfile, frozen, gems) => {
    expect(settingsOf(dockerfile)).toEqual({ frozen, gems });
  });
});

describe("a Gemfile", () => {
  const read = (text: string): ReturnType<typeof readGemfile> =>
    readGemfile(
      "Gemfile",
      "",
      contextFromList([
        { path: "Gemfile", text },
        { path: "config/x.yml", text: "" },
      ]),
    );

  test("is read through its comments, blocks and line ends", () => {
    const found = read(`source 'https://rubygems.org'
git_source(:github) do |name|
  name = "#{name}/#{name}" unless name.include?("/")
end
# it's only for development: gem 'rails', github: 'rails/rails'
gem 'rails', '~> 6.1.0'
group :test do
  gem 'byebug', platforms: [:mri, :mingw]
end
=begin
gem 'old'
=end
gem("b", ["~> 1", ">= 1.2"], :require => false)
gem 'c',
    '2.0', # one line more
    require: %w[c d]
__END__
gem 'it's over
`);
    if ("reason" in found) throw new Error(found.reason);
    expect([...found.gems].map(([name, wanted]) => [name, ...wanted])).toEqual([
      ["rails", "~> 6.1.0"],
      ["byebug"],
      ["b", "~> 1", ">= 1.2"],
      ["c", "= 2.0"],
    ]);
    expect([...found.sources]).toEqual(["https://rubygems.org"]);
    expect(found.unclear).toBeUndefined();
  });

  test.each([
    ['gem "a", ENV["V"]', "Gemfile:1"],
    ['gem "a" if RUBY_VERSION < "3"', "Gemfile:1"],
    ['\nif x?\n  gem "a"\nend', "Gemfile:2"],
    ["%w[a b].each { |name| gem name }", "Gemfile:1"],
    ['gem "a", git: "https://example.com/a.git"', "Gemfile:1"],
    ['source "https://#{ENV["TOKEN"]}@example.com"', "Gemfile:1"],
  ])("is unclear: %s", (text, where) => {
    const found = read(text);
    expect("reason" in found ? found.reason : found.unclear).toBe(where);
  });

  test.each([
    ["require 'yaml'\nx = YAML.load(File.read(File.join(__dir__, 'config/x.yml')))", ["Gemfile", "config/x.yml"]],
    ['x = YAML.load_file("#{__dir__}/config/x.yml")', ["Gemfile", "config/x.yml"]],
    ["own = File.expand_path('../Gemfile.own', __FILE__)\nif File.exist?(own)\n  eval_gemfile own\nend", ["Gemfile"]],
    ["x = File.read('VERSION')", "reads-files"],
    ["x = File.read('config/' + name)", "reads-files"],
    ["x = File.read('../x')", "reads-files"],
    ["require './lib/x'", "reads-files"],
    ["eval_gemfile local", "reads-files"],
    ["x = %x(git describe)", "reads-files"],
    ["Kernel.system 'x'", "reads-files"],
    ['x = "#{File.read(name)}"', "reads-files"],
    ["x = <<~EOS\n  #{Dir['*']}\nEOS\n", "reads-files"],
    ["gem 'x", "unreadable-manifest"],
  ])("reads %s", (text, expected) => {
    const found = read(text);
    expect("reason" in found ? found.code : found.paths).toEqual(expected);
  });
});
