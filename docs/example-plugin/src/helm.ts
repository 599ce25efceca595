import {
  defineEcosystem,
  hasOption,
  readArgs,
  resolvePath,
  type Context,
  type Inputs,
  type InputsRefusal,
  type Site,
} from "dockopt/transform";
import { parse } from "yaml";

/** Options of `helm dependency build` that take the next word. */
const VALUED =
  "--keyring --kube-apiserver --kube-as-group --kube-as-user --kube-ca-file --kube-context --kube-tls-server-name --kube-token --kubeconfig -n --namespace --registry-config --repository-cache --repository-config --burst-limit --qps";

/**
 * Helm: `helm dependency build [CHART]` fetches what Chart.lock names into charts/, and stops when Chart.yaml says something else.
 * https://helm.sh/docs/helm/helm_dependency_build/
 */
export const helm = defineEcosystem({
  name: "helm",
  reads: ["Chart.yaml", "Chart.lock"],
  install(command, site) {
    if (command.program !== "helm") return undefined;
    const args = readArgs(command.args, VALUED);
    const [group, verb, chart, ...rest] = args.words.map((word) => word.value);
    if (!/^dep(?:endency|endencies)?$/.test(group ?? "") || verb !== "build" || rest.length > 0) return undefined;
    // Files outside of the chart: what they are is not known here.
    if (hasOption(args, "--keyring", "--repository-config", "--registry-config")) return undefined;
    if (args.words.length === 3 && chart === undefined) return undefined;
    const directory = resolvePath(site.cwd, chart ?? ".");
    return directory === undefined ? undefined : { command, directory, label: "helm dependency build" };
  },
  inputs({ directory, label }, site, context) {
    const [manifest, lockfile] = ["Chart.yaml", "Chart.lock"].map((name) =>
      contextFile(`${directory}/${name}`, site, context),
    );
    if (manifest === undefined)
      return {
        code: "no-manifest",
        reason: `\`${label}\` runs in ${directory}, where no Chart.yaml comes from the build context`,
      };
    if (lockfile === undefined)
      return { code: "no-lockfile", reason: `there is no Chart.lock beside ${manifest}: \`${label}\` would write one` };
    return chartInputs(manifest, lockfile, context);
  },
  outputs: ({ directory }, site) => [
    {
      path: `${directory}/charts`,
      kind: "installed",
      ignorePattern: site.toContext(`${directory}/charts`) ?? "charts",
    },
  ],
});

function contextFile(image: string, site: Site, context: Context): string | undefined {
  const path = site.toContext(image);
  return path !== undefined && context.kind(path) === "file" ? path : undefined;
}

function chartInputs(manifest: string, lockfile: string, context: Context): Inputs | InputsRefusal {
  const read = context.read(manifest);
  if ("problem" in read) return { code: "unreadable-manifest", reason: `${manifest}: ${read.problem}` };
  const repositories = repositoriesOf(read.text);
  if (repositories === undefined)
    return {
      code: "unreadable-manifest",
      reason: `${manifest}: its dependencies are no list of what has a repository`,
    };
  const local = repositories.find((one) => !/^(?:https?|oci):\/\//.test(one));
  if (local !== undefined)
    return {
      code: "local-dependency",
      reason: `${manifest}: a dependency comes from "${local}", which is a folder, or a name that only the build knows`,
    };
  return { paths: [manifest, lockfile], notes: [] };
}

/** The repositories of a chart's dependencies; undefined: it is not what Helm reads. */
function repositoriesOf(text: string): readonly string[] | undefined {
  let chart: unknown;
  try {
    chart = parse(text);
  } catch {
    return undefined;
  }
  const { dependencies = [] } = (chart ?? {}) as { readonly dependencies?: unknown };
  if (!Array.isArray(dependencies)) return undefined;
  // Without a repository it is a folder below charts/.
  return dependencies.map((one: { readonly repository?: unknown } | null) => String(one?.repository ?? "charts/"));
}
