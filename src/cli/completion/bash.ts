import { transformNames, type CompletedCommand, type CompletedOption, type Values } from "./grammar.js";

/** What bash does not offer by itself: `complete -o default` has file names, safe with odd ones, where nothing else is said. */
export function bashScript(all: readonly CompletedCommand[]): string {
  const named = all.filter((one) => one.name !== "");
  return `# bash completion for dockopt, made by \`dockopt completion bash\`.
_dockopt_words() { # offers those of the words that begin as the current one does
  local word
  compopt +o default 2>/dev/null
  for word in $1; do [[ $word == "$cur"* ]] && COMPREPLY+=("$word"); done
}
_dockopt_names() { # the same for a list with commas
  local before="" word
  compopt -o nospace +o default 2>/dev/null
  [[ $cur == *,* ]] && before="\${cur%,*},"
  for word in ${transformNames.join(" ")}; do
    [[ $before$word == "$cur"* ]] && COMPREPLY+=("$before$word")
  done
}
_dockopt() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD - 1]}" one="" two="" options="" operands="" files=""
  COMPREPLY=()
  # bash takes --format=json apart.
  if [[ $cur == = ]]; then cur=""; elif [[ $prev == = ]]; then prev="\${COMP_WORDS[COMP_CWORD - 2]}"; fi
  ((COMP_CWORD > 1)) && one="\${COMP_WORDS[1]}"
  ((COMP_CWORD > 2)) && two="\${COMP_WORDS[2]}"
  case "$one $two" in
${[...named]
  .sort((a, b) => b.name.split(" ").length - a.name.split(" ").length)
  .map(branch)
  .join("\n")}
${all
  .filter((one) => one.name === "")
  .map(branch)
  .join("\n")}
  esac
  if [[ $cur == -* ]]; then _dockopt_words "$options"
  elif [[ -z $files ]]; then _dockopt_words "$operands"
  elif ((COMP_CWORD == 1)); then
    _dockopt_words ${quoted(firstWords(named).join(" "))}
    compopt -o filenames 2>/dev/null
    while IFS= read -r one; do COMPREPLY+=("$one"); done < <(compgen -f -- "$cur")
    [[ \${#COMPREPLY[@]} -eq 0 ]] && compopt -o default 2>/dev/null
  fi
}
complete -o default -F _dockopt dockopt
`;

  function branch({ name, options, operands }: CompletedCommand): string {
    const subcommands = named.filter((one) => one.name.startsWith(`${name} `)).map((one) => one.name.split(" ")[1]);
    const words =
      name !== "" && subcommands.length > 0 ? subcommands : typeof operands === "string" ? undefined : operands;
    const pattern = name === "" ? "*" : name.includes(" ") ? quoted(name) : `${quoted(`${name} `)}*`;
    const cases = valueCases(options);
    return [
      `    ${pattern})`,
      ...(cases.length === 0 ? [] : ['      case "$prev" in', ...cases, "      esac"]),
      `      options=${quoted(options.flatMap(({ short, long }) => [...long, ...short]).join(" "))}`,
      words === undefined ? "      files=1" : `      operands=${quoted(words.join(" "))}`,
      "      ;;",
    ].join("\n");
  }
}

/** Commands of one word. */
const firstWords = (named: readonly CompletedCommand[]): readonly string[] => [
  ...new Set(named.map((one) => one.name.split(" ")[0] ?? "")),
];

/** Options by what is offered behind them. */
function valueCases(options: readonly CompletedOption[]): readonly string[] {
  const cases = new Map<string, string[]>();
  for (const { short, long, values } of options) {
    if (values === undefined) continue;
    const offered = offer(values);
    cases.set(offered, [...(cases.get(offered) ?? []), ...long, ...short]);
  }
  return [...cases].map(([offered, names]) => `        ${names.join(" | ")}) ${offered}; return ;;`);
}

function offer(values: Values): string {
  switch (values) {
    case "files":
      return ":";
    case "folders":
      return "compopt -o dirnames +o default 2>/dev/null";
    case "names":
      return "_dockopt_names";
    case "none":
      return "compopt +o default 2>/dev/null";
    default:
      return `_dockopt_words ${quoted(values.join(" "))}`;
  }
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
