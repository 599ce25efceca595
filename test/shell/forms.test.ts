import { describe, expect, test } from "vitest";
import { readScript, readText } from "../../src/shell/parse.js";
import type { Command, Script } from "../../src/shell/script.js";
import { splitChain } from "../../src/shell/split.js";
import { parse } from "../../src/syntax/parse.js";

const script = (text: string, dialect?: "posix" | "bash", form: "shell" | "heredoc" = "shell"): Script =>
  readText({ text, segments: [{ joined: 0, source: 0, length: text.length }] }, form, dialect);

const first = (text: string): Command | undefined => script(text).commands[0];

/** The last RUN of a Dockerfile. */
function runOf(source: string, shell?: readonly string[]): Script {
  const result = parse(source);
  const run = result.ok ? result.document.instructions.at(-1) : undefined;
  if (!result.ok || run?.kind !== "RUN") throw new Error("no RUN");
  return readScript(run, shell, result.document);
}

const texts = (commands: readonly Command[], source: string): string[] =>
  commands.map((one) => source.slice(one.start, one.end));

describe("wrappers", () => {
  test.each([
    ["env A=1 B='x y' C=$D npm ci", "npm", ["env"]],
    ["Z=0 sudo A=1 env B=2 npm ci", "npm", ["sudo", "env"]],
    ["sudo -- npm ci", "npm", ["sudo"]],
    ["env -i npm ci", "npm", ["env -i"]],
    ["env - npm ci", "npm", ["env -"]],
    ["env -C /x npm ci", "npm", ["env -C"]],
    ["sudo -u app --login npm ci", "npm", ["sudo -u --login"]],
    ["nice -n 5 npm ci", "npm", ["nice"]],
    ["gosu app npm ci", "npm", ["gosu"]],
    ["timeout 5 npm", "npm", ["timeout"]],
    ["timeout 5", "timeout", []],
    ["timeout", "timeout", []],
    ["env", "env", []],
    ["env A=1", "env", []],
    ["command A=1 npm", "A=1", ["command"]],
    ["corepack xnpm ci", "corepack", []],
    ["corepack npmx ci", "corepack", []],
    ["corepack", "corepack", []],
    ["corepack $PM ci", "corepack", []],
    ["sh -ec 'npm ci'", "sh", ["sh -c"]],
    ["sh -c", "sh", ["sh -c"]],
    ["bash -x run.sh", "bash", []],
    ["sh x-c", "sh", []],
    ["sh -cx run.sh", "sh", []],
    ["sh -1c run.sh", "sh", []],
    ["sh $x", "sh", []],
  ])("%s", (text, program, wrappers) => {
    const command = first(text);
    expect([command?.program, command?.wrappers]).toEqual([program, wrappers]);
  });

  test("the variables that they set are the command's", () => {
    expect(first("Z=0 sudo A=1 env B='x y' C=$D E_1= npm ci X=1")?.assignments).toEqual([
      { name: "Z", value: "0", text: "0" },
      { name: "A", value: "1", text: "1" },
      { name: "B", value: "x y", text: "'x y'" },
      { name: "C", value: undefined, text: "$D" },
      { name: "E_1", value: "", text: "" },
    ]);
    expect(first("command A=1 x")?.assignments).toEqual([]);
    expect(first("env -- A=1 x")?.program).toBe("A=1");
    expect(first("env 'a b=1' x")?.program).toBe("a b=1");
  });

  test.each([
    ["python -m pip install x", "pip", ["install", "x"]],
    ["pypy3.10 -m pip", "pip", []],
    ["pypy -m pip", "pip", []],
    ["py -m pip", "pip", []],
    ["python3 -I -uB -m pip", "pip", []],
    ["python3 -W ignore -m pip", "python3", ["-W", "ignore", "-m", "pip"]],
    ["python3 x.py -m pip", "python3", ["x.py", "-m", "pip"]],
    ["python3 -x1 -m pip", "python3", ["-x1", "-m", "pip"]],
    ["python3 $x -m pip", "python3", ["$x", "-m", "pip"]],
    ["python3 a-b -m pip", "python3", ["a-b", "-m", "pip"]],
    ["python3 -m", "python3", ["-m"]],
    ["python3 -m $x", "python3", ["-m", "$x"]],
    ["python3 pip", "python3", ["pip"]],
    ["python3", "python3", []],
    ["ipython -m pip", "ipython", ["-m", "pip"]],
    ["pyx -m pip", "pyx", ["-m", "pip"]],
    ["pypyx -m pip", "pypyx", ["-m", "pip"]],
    ["php composer.phar install", "composer", ["install"]],
    ["php -c /etc/php.ini -d a=1 -n -q -da=1 composer install", "composer", ["install"]],
    ["php -f composer install", "php", ["-f", "composer", "install"]],
    ["php -nx composer install", "php", ["-nx", "composer", "install"]],
    ["php --d x composer install", "php", ["--d", "x", "composer", "install"]],
    ["php -- composer install", "php", ["--", "composer", "install"]],
    ["php mycomposer", "php", ["mycomposer"]],
    ["php composer.php", "php", ["composer.php"]],
    ["php $composer", "php", ["$composer"]],
    ["php -n", "php", ["-n"]],
    ["php", "php", []],
    ["phpx composer", "phpx", ["composer"]],
    ["xphp composer", "xphp", ["composer"]],
    ["node composer install", "node", ["composer", "install"]],
  ])("interpreters: %s", (text, program, args) => {
    const command = first(text);
    expect([command?.program, command?.args.map((word) => word.text)]).toEqual([program, args]);
  });

  test.each([
    ["npm ci", undefined],
    ["./a/npm ci", "./a/npm"],
    ["/usr/bin/npm ci", "/usr/bin/npm"],
    ["php bin/composer", "bin/composer"],
    ["php composer.phar", "./composer.phar"],
    ["sudo /usr/bin/npm ci", "/usr/bin/npm"],
  ])("where the program lies: %s", (text, path) => {
    expect(first(text)?.programPath).toBe(path);
  });
});

describe("forms of a RUN", () => {
  test("exec form: the words as JSON means them, and where they stand", () => {
    const source = 'FROM a\nRUN ["sudo", "sh", "-c", "a\\tb"]\n';
    expect(runOf(source)).toMatchObject({
      form: "exec",
      flatChain: false,
      problem: undefined,
      items: [{ operator: undefined, shape: "command", commands: [{}] }],
    });
    const [command] = runOf(source).commands;
    expect(command).toMatchObject({
      program: "sh",
      text: "sudo sh -c a\tb",
      topLevel: true,
      assignments: [],
      redirects: [],
      wrappers: ["sudo", "sh -c"],
    });
    expect(command?.args.map((word) => [word.value, word.variables])).toEqual([
      ["-c", []],
      ["a\tb", []],
    ]);
    expect(texts(runOf(source).commands, source)).toEqual(['"sudo", "sh", "-c", "a\\tb"']);
    expect(texts(runOf('FROM a\nRUN ["x"]\n').commands, 'FROM a\nRUN ["x"]\n')).toEqual(['"x"']);
  });

  test.each([
    ["<<EOF", 0],
    ["<<-EOF", 1],
    ["<<'EOF'", 1],
    ['<<"EOF"', 0],
    ["0<<EOF", 0],
    ["<<EOF  ", 0],
  ])("RUN %s: its body is a script", (header, tabs) => {
    const body = `${"\t".repeat(tabs)}npm ci\n\n${"\t".repeat(tabs)}make\n`;
    const source = `FROM a\nRUN ${header}\n${body}EOF\n`;
    const read = runOf(source);
    expect(read).toMatchObject({ form: "heredoc", flatChain: false, problem: undefined });
    expect(texts(read.commands, source)).toEqual(["npm ci", "make"]);
    expect(read.items.map((item) => item.operator)).toEqual([undefined, "newline"]);
  });

  test("the text of a heredoc is that of the file, tabs only gone where they are asked to go", () => {
    const text = (source: string): string => runOf(source).joined.text;
    expect(text("FROM a\nRUN <<EOF\n\ta\n\n b\nEOF\n")).toBe("\ta\n\n b\n");
    expect(text("FROM a\nRUN <<-EOF\n\t\ta\n\n\t b\n\tEOF\n")).toBe("a\n\n b\n");
    expect(runOf("FROM a\nRUN <<-EOF\n\ta\n\n\t b\nEOF\n").joined.segments).toEqual([
      { joined: 0, source: 19, length: 2 },
      { joined: 2, source: 21, length: 1 },
      { joined: 3, source: 23, length: 3 },
    ]);
  });

  test.each([
    "#!/bin/sh",
    "#!/bin/bash -e",
    "#! /bin/sh",
    "#!  /usr/bin/env bash",
    "#!/usr/bin/env sh",
    "#!/bin/env ash",
    "#!/bin/dash",
    " #!/usr/bin/python3",
  ])("a heredoc that starts with %j is the shell's", (line) => {
    expect(runOf(`FROM a\nRUN <<EOF\n${line}\na\nEOF\n`).problem).toBeUndefined();
  });

  test.each([
    ["<<EOF\n#!/bin/python3\na\nEOF", undefined, "script of another language", "heredoc"],
    ["<<EOF\n#!/bin/shx\na\nEOF", undefined, "script of another language", "heredoc"],
    ["<<EOF\n#!/bin/xsh\na\nEOF", undefined, "script of another language", "heredoc"],
    ["<<EOF\n#!/usr/bin/env python\na\nEOF", undefined, "script of another language", "heredoc"],
    ["cat <<EOF\na\nEOF", undefined, "input of another program", "heredoc"],
    ["<<EOF cat\na\nEOF", undefined, "input of another program", "heredoc"],
    ["<<EOF && b\na\nEOF", undefined, "input of another program", "heredoc"],
    ["<<A <<B\na\nA\nb\nB", undefined, "input of another program", "heredoc"],
    ["a", ["pwsh", "-c"], "its shell is pwsh, not a POSIX shell", "shell"],
    ["a", ["/bin/xsh"], "its shell is /bin/xsh, not a POSIX shell", "shell"],
    ["a", ["shx"], "its shell is shx, not a POSIX shell", "shell"],
    ["a", [], "its shell is , not a POSIX shell", "shell"],
  ] as const)("refused: RUN %j under %j", (text, shell, why, form) => {
    const read = runOf(`FROM a\nRUN ${text}\n`, shell);
    expect(read).toMatchObject({ items: [], commands: [], flatChain: false, form });
    expect(read.problem).toContain(why);
  });

  test.each([
    [undefined, true],
    [["/bin/sh", "-c"], true],
    [["/bin/ash", "-c"], true],
    [["C:\\x\\dash"], true],
    [["busybox", "sh", "-c"], true],
    [["/bin/bash", "-c"], false],
  ])("Bash is read under %j: refused is %s", (shell, refuses) => {
    expect(runOf("FROM a\nRUN cp {a,b} c\n", shell).problem !== undefined).toBe(refuses);
  });

  test("a RUN is read once", () => {
    const result = parse("FROM a\nRUN x\n");
    const run = result.ok ? result.document.instructions.at(-1) : undefined;
    if (!result.ok || run?.kind !== "RUN") throw new Error("no RUN");
    expect(readScript(run, undefined, result.document)).toBe(readScript(run, undefined, result.document));
  });
});

describe("lists", () => {
  test("operators between items", () => {
    const read = script("a && b || c; d & e\nf ; g");
    expect(read.items.map((item) => item.operator)).toEqual([undefined, "&&", "||", ";", "&", "newline", ";"]);
    expect(read.flatChain).toBe(false);
  });

  test.each([
    ["", false],
    ["  a && b  ", true],
    ["a", true],
    ["a;", false],
    ["a;b", false],
    ["a\nb", false],
    ["a && b || c", false],
    ["a && b # c", false],
    ["# c\na && b", true],
    ["a &", false],
    ["a | b && c", true],
  ])("%j is a chain that may be cut: %s", (text, flat) => {
    expect(script(text).flatChain).toBe(flat);
  });

  test("what runs for certain", () => {
    const certain = (text: string): (readonly [string, boolean])[] =>
      script(text).commands.map((one) => [one.program ?? one.text, one.topLevel]);
    expect(certain("a && b; c")).toEqual([
      ["a", true],
      ["b", true],
      ["c", true],
    ]);
    expect(certain("a & b")).toEqual([
      ["a", false],
      ["b", true],
    ]);
    expect(certain("a || b && c; d")).toEqual([
      ["a", true],
      ["b", false],
      ["c", false],
      ["d", true],
    ]);
    expect(certain("a $(b `c`)")).toEqual([
      ["c", false],
      ["b", false],
      ["a", true],
    ]);
    expect(certain("if a; then b; fi")).toEqual([
      ["a", false],
      ["b", false],
    ]);
    expect(certain("f() { a; }; f")).toEqual([
      ["a", false],
      ["f", true],
    ]);
    expect(certain("(a)")).toEqual([["a", false]]);
    expect(certain("! a")).toEqual([["a", false]]);
  });

  test("a compound's own redirections, tests and arithmetic are commands, too", () => {
    const source = "x && { a; b; } > f 2>>'g h'";
    const stand = script(source).commands[1];
    expect(stand).toMatchObject({
      program: ":",
      programPath: undefined,
      text: "{ a; b; } > f 2>>'g h'",
      args: [],
      assignments: [],
      wrappers: [],
      topLevel: false,
    });
    expect(stand?.redirects.map((one) => [one.operator, one.target?.value, source.slice(one.start, one.end)])).toEqual([
      [">", "f", "> f"],
      [">>", "g h", "2>>'g h'"],
    ]);
    const tests = script("[[ -f x ]] && (( a = 1 ))", "bash").commands;
    expect(tests).toMatchObject([
      { program: "[[", redirects: [], text: "[[ -f x ]]", start: 0, end: 10 },
      { program: "let", redirects: [], text: "(( a = 1 ))", start: 14, end: 25 },
    ]);
  });
});

describe("a command's parts", () => {
  test("redirections lie in the file where they are read", () => {
    const source = "x <in >out 2>&1 <<EOF\nbody\nEOF\n";
    const [command] = script(source, "posix", "heredoc").commands;
    expect(command).toMatchObject({ wrappers: [], args: [], start: 0 });
    expect(
      command?.redirects.map((one) => [one.operator, one.target?.value, source.slice(one.start, one.end)]),
    ).toEqual([
      ["<", "in", "<in"],
      [">", "out", ">out"],
      [">&", "1", "2>&1"],
      ["<<", undefined, "<<EOF"],
    ]);
  });

  test("the variables that a word uses, also in substitutions", () => {
    const read = first("x $A \"${B:-$C}\" '$D' $(y $E) a");
    const last = script("x $A \"${B:-$C}\" '$D' $(y $E) a").commands.at(-1);
    expect(last?.args.map((word) => word.variables)).toEqual([["A"], ["B", "C"], [], ["E"], []]);
    expect(read?.program).toBe("y");
    expect(first("x $1$$A")?.args[0]?.variables).toEqual(["1", "$"]);
  });

  test.each([
    ["'a'b\"c\"", "abc"],
    ['"a $b"', undefined],
    ['"$b"', undefined],
    ['"a"$b', undefined],
    ["a*", undefined],
    ["$(a)", undefined],
    ["`a`", undefined],
    ['""', ""],
  ])("the value of %s", (word, value) => {
    expect(script(`x ${word}`).commands.at(-1)?.args[0]?.value).toBe(value);
  });

  test("what `export` is given: its value without quotes, or none; its variables", () => {
    const words = first("export A='x y' B=$X C D=\"$Y\" E= -n 'F=1'")?.args;
    expect(words?.map((word) => [word.text, word.value, word.variables])).toEqual([
      ["A='x y'", "A=x y", []],
      ["B=$X", undefined, ["X"]],
      ["C", "C", []],
      ['D="$Y"', undefined, ["Y"]],
      ["E=", "E=", []],
      ["-n", "-n", []],
      ["'F=1'", "F=1", []],
    ]);
    expect(script("export A=(1 2)", "bash").commands[0]?.args[0]).toMatchObject({
      text: "A=(1 2)",
      value: undefined,
      variables: [],
      start: 7,
      end: 14,
    });
  });

  test("an array is no plain value", () => {
    expect(script("A=(1 2) B=3 x", "bash").commands[0]?.assignments).toEqual([
      { name: "A", value: undefined, text: "$" },
      { name: "B", value: "3", text: "3" },
    ]);
  });
});

describe("what is not read for certain is refused, with the reason", () => {
  const posix = "which not every /bin/sh knows";
  test.each([
    ["echo $(a", "the shell cannot be read: unterminated command substitution"],
    ["if", "the shell cannot be read: expected 'then'"],
    ["[[ a ]]", `it uses [[, ${posix}`],
    ["cat <<< a", `it uses <<<, ${posix}`],
    ["A=(1)", `it uses an array, ${posix}`],
    ["echo $'a'", `it uses $'..', ${posix}`],
    ["a &> b", `it uses &>, ${posix}`],
    ["a &>> b", `it uses &>, ${posix}`],
    ["a |& b", `it uses |&, ${posix}`],
    ["x ${!y}", "it reads a variable whose name is computed"],
    ["echo `a \\`b\\``", "it nests escaped backticks"],
    ["x ( y", "the shell cannot be read for certain"],
    ["a && x ( y", "the shell cannot be read for certain"],
    ["make ( && x", "the shell cannot be read for certain"],
    ["make ( | x", "the shell cannot be read for certain"],
    ["[[ a ]] && cp {a,b} c", `it uses [[, ${posix}`],
    ["cp {a,b} $(", "the shell cannot be read: unterminated command substitution"],
  ])("%s", (text, why) => {
    expect(script(text).problem).toBe(why);
  });

  test.each(["a &> b", "a |& b", "A=(1) x", "cat <<< a"])("Bash reads %s", (text) => {
    expect(script(text, "bash").problem).toBeUndefined();
  });

  test.each([
    "a > b && c >& d",
    "a && # c\n b",
    "a | # c ( \n b",
    "A=1 >f x y 2>&1 z",
    "a \\\n b",
    "x ${y} ${#y}",
    "echo `a`",
  ])("and %j is not", (text) => {
    expect(script(text).problem).toBeUndefined();
  });

  // The builder would have taken the lines of one outside for its own heredoc.
  test.each(["cat <<EOF && b\nx\nEOF\n", "cat <<EOF | b\nx\nEOF\n"])("%j is read within a heredoc only", (text) => {
    expect(script(text, "posix", "heredoc").problem).toBeUndefined();
    expect(script(text).problem).toBe("its heredoc has no body");
  });
});

describe("a chain cut in two", () => {
  const source = "FROM a\nRUN a && \\\n  # one\n  # two\r\n  b \\\n  && c # \n";
  const cut = "FROM a\nRUN a && \\\n  # one\n\t# two\r\n  b && \\\n  c\n";

  test("head, separator, tail, and the comments that speak of the tail", () => {
    const split = splitChain(runOf(cut), 1, cut);
    const text = (span: { start: number; end: number } | undefined): string => cut.slice(span?.start, span?.end);
    expect(text(split?.head)).toBe("a");
    expect(text(split?.separator)).toBe(" && \\\n  # one\n\t# two\r\n  ");
    expect(text(split?.tail)).toBe("b && \\\n  c");
    expect(split?.comments.map(text)).toEqual(["# one", "# two"]);
    const later = splitChain(runOf(cut), 2, cut);
    expect(text(later?.head)).toBe("a && \\\n  # one\n\t# two\r\n  b");
    expect(later?.comments).toEqual([]);
  });

  test("there is nothing to cut before the first item, behind the last, and in what is no chain", () => {
    expect(splitChain(runOf(cut), 0, cut)).toBeUndefined();
    expect(splitChain(runOf(cut), 3, cut)).toBeUndefined();
    expect(splitChain(runOf(source), 1, source)).toBeUndefined();
    for (const text of ["a; b", "(", ""]) expect(splitChain(script(text), 1, text)).toBeUndefined();
  });

  test("a # within a line is no comment", () => {
    const text = "a '# x' && b";
    expect(splitChain(script(text), 1, text)?.comments).toEqual([]);
  });
});
