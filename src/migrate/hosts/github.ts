import { Refused, type ClientOptions } from "./client.js";
import { githubRequests, type Request } from "./github-requests.js";
import {
  HostError,
  type CodeHost,
  type HostRepository,
  type Pull,
  type PullRequest,
  type RepositoryFilter,
} from "./host.js";

/** GitHub, or GitHub Enterprise. Loads octokit: import it where it is needed. */
export function createGithub(options: ClientOptions): CodeHost {
  const request = githubRequests(options);
  return {
    kind: "github",
    repositories: (owner, filter) => repositories(request, owner, filter),
    pullOf: (slug, branch) => newest(request, slug, branch),
    async open(slug, wanted) {
      const pull = await create(request, slug, wanted);
      await decorate(request, slug, pull, wanted, options.warn);
      return pull;
    },
    async update(slug, pull, { title, body }) {
      await request("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", {
        ...parts(slug),
        pull_number: pull.number,
        title,
        body,
      });
    },
  };
}

const PAGE = 100;

interface Listed {
  readonly clone_url?: string;
  readonly language?: string | null;
  readonly topics?: readonly string[];
  readonly archived?: boolean;
  readonly fork: boolean;
}

async function* repositories(
  request: Request,
  owner: string,
  filter: RepositoryFilter,
): AsyncGenerator<HostRepository, void> {
  const ofOrganisation = (page: number): Promise<Page> =>
    request("GET /orgs/{org}/repos", { org: owner, per_page: PAGE, page, sort: "full_name" });
  const ofUser = (page: number): Promise<Page> =>
    request("GET /users/{username}/repos", { username: owner, per_page: PAGE, page, sort: "full_name" });
  let list = ofOrganisation;
  for (let page = 1; ; page++) {
    const { data, headers } = await list(page).catch((error: unknown) => {
      if (!(error instanceof Refused && error.status === 404 && page === 1)) throw error;
      list = ofUser;
      return list(page);
    });
    for (const one of data) if (one.clone_url !== undefined && passes(one, filter)) yield { url: one.clone_url };
    // By number, not by the address: the token goes wherever a request does.
    if (!/rel="next"/.test(headers.link ?? "")) return;
  }
}

interface Page {
  readonly data: readonly Listed[];
  readonly headers: { readonly link?: string };
}

function passes(one: Listed, { language, topic, archived, forks }: RepositoryFilter): boolean {
  return (
    (language === undefined || one.language?.toLowerCase() === language.toLowerCase()) &&
    (topic === undefined || (one.topics ?? []).includes(topic.toLowerCase())) &&
    (archived || one.archived !== true) &&
    (forks || !one.fork)
  );
}

async function newest(request: Request, slug: string, branch: string): Promise<Pull | undefined> {
  const { data } = await request("GET /repos/{owner}/{repo}/pulls", {
    ...parts(slug),
    head: `${parts(slug).owner}:${branch}`,
    state: "all",
    sort: "created",
    direction: "desc",
  });
  // A fork of the same owner may have a branch of that name, and a filter that a host does not know finds everything.
  const own = data.find(({ head, base }) => head.ref === branch && (head.repo as Named | null)?.id === base.repo.id);
  return own === undefined ? undefined : pullFrom(own);
}

/** Of a fork that is gone, null, whatever the types say. */
type Named = Readonly<{ id: number }>;

async function create(request: Request, slug: string, wanted: PullRequest): Promise<Pull> {
  const { branch, base, title, body, draft } = wanted;
  try {
    const { data } = await request("POST /repos/{owner}/{repo}/pulls", {
      ...parts(slug),
      head: branch,
      base,
      title,
      body,
      draft,
    });
    return pullFrom(data);
  } catch (error) {
    if (!(error instanceof Refused && error.status === 422)) throw error;
    // Opened as a ready one, it would call reviewers, which was not asked for and cannot be undone.
    if (/draft pull requests are not supported/i.test(error.said))
      throw new HostError(
        `GitHub: ${slug} takes no draft pull requests (its plan has none): run again without --draft`,
      );
    const there = /pull request already exists/i.test(error.said) ? await newest(request, slug, branch) : undefined;
    if (there?.state === "open") return there;
    throw error;
  }
}

/** Labels and reviewers. The pull request is there: what goes wrong now is a warning. */
async function decorate(
  request: Request,
  slug: string,
  pull: Pull,
  { labels, reviewers }: PullRequest,
  warn: (message: string) => void,
): Promise<void> {
  const complain =
    (what: string) =>
    (error: unknown): void => {
      if (!(error instanceof HostError)) throw error;
      warn(`${pull.url}: ${what}: ${error.message}`);
    };
  const label = (): Promise<unknown> =>
    request("POST /repos/{owner}/{repo}/issues/{issue_number}/labels", {
      ...parts(slug),
      issue_number: pull.number,
      labels: [...labels],
    });
  const ask = (names: readonly string[]): Promise<unknown> =>
    request("POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers", {
      ...parts(slug),
      pull_number: pull.number,
      reviewers: [...names],
    });
  if (labels.length > 0) await label().catch(complain(`no label ${labels.join(", ")}`));
  if (reviewers.length > 0)
    await ask(reviewers).catch(async (error: unknown) => {
      // One who is no collaborator makes GitHub refuse all of them.
      const apart = reviewers.length > 1 && error instanceof Refused && error.status === 422;
      if (!apart) complain(`no review by ${reviewers.join(", ")}`)(error);
      else for (const name of reviewers) await ask([name]).catch(complain(`no review by ${name}`));
    });
}

interface PullData {
  readonly number: number;
  readonly html_url: string;
  readonly state: string;
  readonly title: string;
  readonly body: string | null;
  readonly merged_at: string | null;
}

function pullFrom({ number, html_url, state, title, body, merged_at }: PullData): Pull {
  return {
    number,
    url: html_url,
    state: merged_at !== null ? "merged" : state === "open" ? "open" : "closed",
    title,
    // What was edited in a browser has its line ends.
    body: (body ?? "").replaceAll("\r\n", "\n"),
  };
}

function parts(slug: string): { owner: string; repo: string } {
  const [owner = "", repo = ""] = slug.split("/");
  return { owner, repo };
}
