import type { World } from "./world.js";

/** Go, Rust, Ruby, PHP, the JVM, .NET and Elixir. */
export const others: readonly World[] = [
  {
    words: {
      image: ["golang:1.22", "golang:1.22-alpine"],
      install: [
        "go mod download",
        "go get ./...",
        "go mod vendor",
        "go build ./...",
        "CGO_ENABLED=0 go build -o /bin/a .",
      ],
      build: ["go build -o «path» ./...", "go test ./...", "go install ./cmd/a"],
      manifests: ["go.mod go.sum", "go.*"],
    },
    files: {
      "go.mod": [
        "module a\n\ngo 1.22\n\nrequire b v1.0.0\n",
        "module a\nreplace b => ./lib\nreplace (\n\tc => «odd»\n)\n",
        "module «odd»\nrequire (\n",
        'module "a"\ntoolchain go1.23\nuse ./lib\n',
      ],
      "go.sum": ["b v1.0.0 h1:x\n", ""],
      "go.work": ["go 1.22\nuse (\n\t.\n\t./lib\n)\n", "use «odd»\n"],
      "main.go": ["package main\n\nfunc main() {}\n"],
    },
  },
  {
    words: {
      image: ["rust:1.80", "rust"],
      install: [
        "cargo build --release",
        "cargo fetch",
        "cargo install --path .",
        "cargo build --locked --target-dir «dir»",
        "cargo chef cook --recipe-path recipe.json",
      ],
      build: ["cp target/release/a /bin/a", "cargo test", "cargo build --bin a"],
      manifests: ["Cargo.toml Cargo.lock"],
    },
    files: {
      "Cargo.toml": [
        "[package]\nname = 'a'\nversion = '0.1.0'\n[dependencies]\nb = '1'\n",
        "[workspace]\nmembers = ['crates/*', '«odd»']\n",
        "[package]\nname = 'a'\nbuild = '«odd»'\n[[bin]]\nname = 'x'\npath = '«odd»'\n[dependencies]\nb = { path = '«odd»' }\n",
        "[package]\nname = «json»\n",
      ],
      "Cargo.lock": [
        "version = 4\n[[package]]\nname = 'b'\nversion = '1.0.0'\nsource = 'registry+https://x'\n",
        "«json»",
      ],
      "src/main.rs": ["fn main() {}\n"],
      "crates/c/Cargo.toml": ["[package]\nname = 'c'\nversion.workspace = true\n"],
      ".cargo/config.toml": ["[build]\ntarget-dir = '«odd»'\n"],
    },
  },
  {
    words: {
      image: ["ruby:3.3", "ruby:3.3-slim"],
      install: [
        "bundle install",
        "bundle install --jobs 4 --without development",
        "bundle config set path vendor && bundle install",
        "bundle install --gemfile=«path»",
      ],
      build: ["bundle exec rake assets:precompile", "rake"],
      manifests: ["Gemfile Gemfile.lock", "Gemfile*"],
    },
    files: {
      Gemfile: [
        "source 'https://rubygems.org'\ngem 'b'\n",
        "gemspec\ngem 'c', path: '«odd»'\n",
        "ruby File.read('.ruby-version')\neval_gemfile '«odd»'\n",
        'gem "d", git: "#{x}"\nif ENV["A"]\n  gem "e"\nend\n',
      ],
      "Gemfile.lock": [
        "GEM\n  remote: https://rubygems.org/\n  specs:\n    b (1.0)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  b\n",
        "PATH\n  remote: «odd»\n  specs:\n",
      ],
      ".ruby-version": ["3.3.0\n", "«odd»"],
      "a.gemspec": [
        "Gem::Specification.new { |s| s.name = 'a'; s.version = A::VERSION; s.files = `git ls-files`.split }\n",
        "require_relative 'lib/a/version'\n",
      ],
    },
  },
  {
    words: {
      image: ["php:8.3", "composer:2"],
      install: [
        "composer install --no-dev",
        "composer install --no-scripts --no-autoloader",
        "php composer.phar install",
        "composer install -d «dir»",
      ],
      build: ["composer dump-autoload -o", "php artisan optimize"],
      manifests: ["composer.json composer.lock", "composer.*"],
    },
    files: {
      "composer.json": [
        '{"require": {"b/b": "^1"}, "autoload": {"psr-4": {"A\\\\": "src/"}}}',
        '{"repositories": [{"type": "path", "url": "«odd»"}], "scripts": {"post-install-cmd": ["«script»"]}}',
        '{"config": {"vendor-dir": "«odd»"}, "«odd»": «json»}',
        "«json»",
      ],
      "composer.lock": [
        '{"packages": [{"name": "b/b", "type": "composer-plugin"}], "packages-dev": []}',
        '{"packages": «json»}',
      ],
    },
  },
  {
    words: {
      image: ["maven:3.9", "gradle:8", "eclipse-temurin:21"],
      install: [
        "mvn dependency:go-offline",
        "mvn -B package -DskipTests",
        "./mvnw package",
        "gradle build --no-daemon",
        "./gradlew assemble",
        "gradle dependencies",
      ],
      build: ["mvn package", "gradle test", "mv target/*.jar /app.jar"],
      manifests: ["pom.xml", "build.gradle settings.gradle", "mvnw pom.xml .mvn"],
    },
    files: {
      "pom.xml": [
        "<project><artifactId>a</artifactId><modules><module>lib</module></modules></project>\n",
        "<project><parent><relativePath>«odd»</relativePath></parent><modules><module>«odd»</module></modules></project>",
        "<project><!-- <modules> --><build><plugins><plugin><artifactId>x</artifactId></plugin></plugins></build></project>",
        "<project><modules><module>lib",
      ],
      "lib/pom.xml": ["<project><parent><artifactId>a</artifactId></parent></project>\n"],
      "build.gradle": [
        "plugins { id 'java' }\ndependencies { implementation 'b:b:1' }\n",
        "apply from: '«odd»'\nimplementation files('«odd»')\n",
      ],
      "settings.gradle": ["include 'lib'\n", "include '«odd»', ':a:b'\nincludeBuild '../x'\n"],
      mvnw: ['#!/bin/sh\nexec mvn "$@"\n'],
      gradlew: ['#!/bin/sh\nexec gradle "$@"\n'],
      "gradle/wrapper/gradle-wrapper.properties": ["distributionUrl=https\\://x.org/gradle-8-bin.zip\n"],
      ".mvn/maven.config": ["-T1C\n", "-s «odd»\n"],
    },
  },
  {
    words: {
      image: ["mcr.microsoft.com/dotnet/sdk:8.0", "elixir:1.17"],
      install: [
        "dotnet restore",
        "dotnet restore a.csproj",
        "dotnet publish -c Release -o /out",
        "mix deps.get",
        "mix deps.get --only prod",
        "mix do deps.get, compile",
        "dotnet tool restore",
      ],
      build: ["dotnet build --no-restore", "mix compile", "mix release"],
      manifests: ["*.csproj", "a.sln a.csproj", "mix.exs mix.lock"],
    },
    files: {
      "a.csproj": [
        '<Project Sdk="Microsoft.NET.Sdk"><ItemGroup><PackageReference Include="b" Version="1" /></ItemGroup></Project>',
        '<Project><Import Project="«odd»" Condition="\'$(A)\' == \'1\'" /><ItemGroup><ProjectReference Include="lib\\lib.csproj" /></ItemGroup></Project>',
        "<Project><PropertyGroup><A>$(B)</A><B>$(A)</B></PropertyGroup>",
      ],
      "lib/lib.csproj": ['<Project Sdk="Microsoft.NET.Sdk"></Project>'],
      "a.sln": ['Project("{X}") = "a", "a.csproj", "{Y}"\nEndProject\n', 'Project("{X}") = "«odd»", "«odd»", "{Y}"\n'],
      "nuget.config": ['<configuration><packageSources><add key="x" value="«odd»" /></packageSources></configuration>'],
      "Directory.Build.props": ["<Project><PropertyGroup><V>$(VERSION)</V></PropertyGroup></Project>"],
      "mix.exs": [
        'defmodule A.MixProject do\n  use Mix.Project\n  def project, do: [app: :a, version: "0.1.0", deps: deps()]\n  defp deps, do: [{:b, "~> 1.0"}, {:c, path: "«odd»"}]\nend\n',
      ],
      "mix.lock": ['%{\n  "b": {:hex, :b, "1.0.0", "x", [:mix], [], "hexpm", "y"},\n}\n', "%{"],
      "config/config.exs": ['import Config\nimport_config "#{config_env()}.exs"\n'],
    },
  },
];
