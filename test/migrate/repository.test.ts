import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isInShard, readRepository, RepositoryError } from "../../src/migrate/repository.js";
import { fileName } from "../../src/migrate/state.js";

test.each([
  ["https://github.com/acme/web", "github.com/acme/web", "https://github.com/acme/web"],
  ["https://GitHub.com/acme/web.git/", "github.com/acme/web", "https://github.com/acme/web.git/"],
  ["git@github.com:acme/web.git", "github.com/acme/web", "ssh://git@github.com/acme/web.git"],
  ["ssh://git@host.example:2222/acme/web", "host.example:2222/acme/web", "ssh://git@host.example:2222/acme/web"],
  ["../web", "file:/srv/web", "file:///srv/web"],
  ["/srv/a b.git", "file:/srv/a b", "file:///srv/a%20b.git"],
])("%s", (text, name, url) => {
  expect(readRepository(text, "/srv/here")).toEqual({ name, url });
});

test.each([
  ["ext::sh -c id", "names a program for git to run"],
  ["--upload-pack=id", "starts with a dash"],
  ["https://me:secret@host.example/a", "has a password or token in it"],
  ["https://token@host.example/a", "has a password or token in it"],
  ["ftp://host.example/a", "ftp: is not taken"],
  ["https://host.example/", "names a host but no repository"],
  ["https://host.example/a?b", "has a ? or # in it"],
  ["a\u001b[31m", "control characters"],
])("%s is not taken", (text, message) => {
  expect(() => readRepository(text, "/")).toThrow(RepositoryError);
  expect(() => readRepository(text, "/")).toThrow(message);
  if (text.includes("secret")) expect(() => readRepository(text, "/")).not.toThrow("secret");
});

describe("shards", () => {
  test("every repository is in one of them", () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 50 }), (name, count) => {
        const parts = Array.from({ length: count }, (_, index) => isInShard({ name, url: "" }, index + 1, count));
        expect(parts.filter(Boolean)).toHaveLength(1);
      }),
    );
  });
  test("they are about as large", () => {
    const names = Array.from({ length: 8_000 }, (_, index) => ({ name: `github.com/acme/r${index}`, url: "" }));
    for (let index = 1; index <= 8; index++)
      expect(Math.abs(names.filter((one) => isInShard(one, index, 8)).length - 1_000)).toBeLessThan(150);
  });
});

test("a repository's file stays in its folder", () => {
  fc.assert(
    fc.property(fc.string(), (name) => {
      expect(fileName(name)).toMatch(/^[\w.@+-]*$/);
    }),
  );
});
