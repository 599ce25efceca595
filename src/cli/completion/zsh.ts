import { transformNames, type CompletedCommand, type CompletedOption, type Values } from "./grammar.js";

/** For a folder of $fpath as `_dockopt`, or to be sourced behind compinit. */
export function zshScript(all: readonly CompletedCommand[]): string {
  const named = all.filter((one) => one.name !== "");
  const described = (some: readonly CompletedCommand[]): string =>
    some.map(({ name, summary }) => `      ${quoted(`${name.split(" ").at(-1) ?? ""}:${summary}`)}`).join("\n");
  return `#compdef dockopt
# zsh completion for dockopt, made by \`dockopt completion zsh\`.
_dockopt_transforms() {
  _values -s , transform ${transformNames.join(" ")}
}
_dockopt() {
  local name="" 
  local -a names
  (( CURRENT > 2 )) && name=\${words[2]}
  (( CURRENT > 3 )) && [[ " ${named
    .filter((one) => one.name.includes(" "))
    .map((one) => one.name.replace(" ", "-"))
    .join(" ")} " == *" $name-\${words[3]} "* ]] && name="$name \${words[3]}"
  case $name in
${named.map((one) => branch(one)).join("\n")}
    *)
      if (( CURRENT == 2 )) && [[ \${words[2]} != -* ]]; then
        names=(
${described(named.filter((one) => !one.name.includes(" ")))}
        )
        _describe -t commands command names
      fi
${argumentsOf(
  all.filter((one) => one.name === "").flatMap((one) => one.options),
  "files",
)}
      ;;
  esac
}
if [[ \${funcstack[1]} == _dockopt ]]; then _dockopt "$@"; else compdef _dockopt dockopt; fi
`.replace(/ +$/gm, "");

  function branch({ name, options, operands }: CompletedCommand): string {
    const below = named.filter((one) => one.name.startsWith(`${name} `));
    const depth = name.split(" ").length;
    if (below.length > 0)
      return `    ${quoted(name)})
      names=(
${described(below)}
      )
      _describe -t commands command names
      ;;`;
    return `    ${quoted(name)})
      shift ${depth} words
      (( CURRENT -= ${depth} ))
${argumentsOf(options, operands)}
      ;;`;
  }
}

function argumentsOf(options: readonly CompletedOption[], operands: Values): string {
  const specs = [...options.map(spec), ...(action(operands) === "" ? [] : [quoted(`*:word:${action(operands)}`)])];
  return `      _arguments -s -S : \\\n${specs.map((one) => `        ${one}`).join(" \\\n")}`;
}

/** '(-f --format)'{-f,--format=}'[Report as text]:NAME:(text json)' */
function spec({ short, long, help, values, value, repeatable }: CompletedOption): string {
  const names = [...short, ...long];
  const marked = [
    ...short.map((one) => (values === undefined ? one : `${one}+`)),
    ...long.map((one) => (values === undefined ? one : `${one}=`)),
  ];
  const tail = `[${help.replace(/[[\]:\\]/g, "\\$&")}]${values === undefined ? "" : `:${value.replaceAll(":", "\\:")}:${action(values)}`}`;
  const [only = ""] = marked;
  const head = repeatable ? "*" : names.length > 1 ? `(${names.join(" ")})` : "";
  return marked.length === 1 ? quoted(`${head}${only}${tail}`) : `${quoted(head)}{${marked.join(",")}}${quoted(tail)}`;
}

function action(values: Values): string {
  switch (values) {
    case "files":
      return "_files";
    case "folders":
      return "_files -/";
    case "names":
      return "_dockopt_transforms";
    case "none":
      return " ";
    default:
      return values.length === 0 ? "" : `(${values.join(" ")})`;
  }
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
