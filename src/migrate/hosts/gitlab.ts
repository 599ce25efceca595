import { Groups, MergeRequests, Projects, Users, type MergeRequestSchema, type ProjectSchema } from "@gitbeaker/rest";
import { Refused, type ClientOptions } from "./client.js";
import { gitlabRequester } from "./gitlab-requests.js";
import {
  HostError,
  type CodeHost,
  type HostRepository,
  type Pull,
  type PullRequest,
  type RepositoryFilter,
} from "./host.js";

/** gitlab.com, or a GitLab of one's own. Loads gitbeaker: import it where it is needed. */
export function createGitlab(options: ClientOptions): CodeHost {
  const client = clientOf(options);
  return {
    kind: "gitlab",
    repositories: (owner, filter) => repositories(client, owner, filter),
    pullOf: (slug, branch) => newest(client, slug, branch),
    open: (slug, wanted) => open(client, slug, wanted, options.warn),
    async update(slug, { number }, { title, body }) {
      // People decide when it is ready, not the text.
      const { draft } = await client.mergeRequests.show(slug, number);
      await client.mergeRequests.edit(slug, number, { title: titled(title, draft), description: body });
    },
  };
}

interface Client {
  readonly groups: Groups;
  readonly projects: Projects;
  readonly mergeRequests: MergeRequests;
  readonly users: Users;
}

function clientOf(options: ClientOptions): Client {
  const service = {
    host: options.api.replace(/\/api\/v4\/?$/, ""),
    requesterFn: gitlabRequester(options),
    // It would count what the bucket waits.
    queryTimeout: null,
    // As OAuth's, because GitLab takes tokens of every kind in that header.
    ...(options.token === undefined ? {} : { oauthToken: options.token }),
  };
  return {
    groups: new Groups(service),
    projects: new Projects(service),
    mergeRequests: new MergeRequests(service),
    users: new Users(service),
  };
}

async function* repositories(
  { groups, projects }: Client,
  group: string,
  { language, topic, archived, forks }: RepositoryFilter,
): AsyncGenerator<HostRepository, void> {
  const filter = { ...(topic === undefined ? {} : { topic }), ...(archived ? {} : { archived: false }) };
  for (let page: number | null = 1; page !== null;) {
    const { data, paginationInfo }: Page = await groups.allProjects(group, {
      ...filter,
      includeSubgroups: true,
      withShared: false,
      orderBy: "id",
      sort: "asc",
      perPage: 100,
      page,
      showExpanded: true,
    });
    for (const project of data) {
      if (!forks && project.forked_from_project !== undefined) continue;
      // The list does not tell languages.
      if (language !== undefined && !isMainly(language, await projects.showLanguages(project.id))) continue;
      yield { url: project.http_url_to_repo };
    }
    page = paginationInfo.next;
  }
}

interface Page {
  readonly data: ProjectSchema[];
  readonly paginationInfo: { readonly next: number | null };
}

/** `shares`: per cent by language. */
function isMainly(language: string, shares: Readonly<Record<string, number>>): boolean {
  const [main] = Object.entries(shares).sort(([, a], [, b]) => b - a);
  return main?.[0].toLowerCase() === language.toLowerCase();
}

async function newest({ mergeRequests }: Client, slug: string, branch: string): Promise<Pull | undefined> {
  const found = await mergeRequests.all({
    projectId: slug,
    sourceBranch: branch,
    orderBy: "created_at",
    sort: "desc",
    page: 1,
  });
  // A fork may have a branch of that name.
  const own = found.find((one) => one.source_branch === branch && one.source_project_id === one.project_id);
  return own === undefined ? undefined : pullFrom(own);
}

async function open(
  client: Client,
  slug: string,
  { branch, base, title, body, draft, labels, reviewers }: PullRequest,
  warn: (message: string) => void,
): Promise<Pull> {
  const warnings: string[] = [];
  const reviewerIds = await idsOf(client, reviewers, (message) => warnings.push(message));
  try {
    const made = await client.mergeRequests.create(slug, branch, base, titled(title, draft), {
      description: body,
      ...(labels.length > 0 ? { labels: labels.join(",") } : {}),
      ...(reviewerIds.length > 0 ? { reviewerIds } : {}),
    });
    // GitLab leaves out, without a word, who may not review, and all but one where the plan has no more.
    const taken = (made.reviewers ?? []).map(({ id }) => id);
    if (reviewerIds.some((id) => !taken.includes(id))) warnings.push("GitLab has not taken all reviewers");
    for (const one of warnings) warn(`${made.web_url}: ${one}`);
    return pullFrom(made);
  } catch (error) {
    const there = error instanceof Refused && error.status === 409 ? await newest(client, slug, branch) : undefined;
    if (there?.state !== "open") throw error;
    return there;
  }
}

/** Numbers of users; one who is not there is a warning. */
async function idsOf({ users }: Client, names: readonly string[], warn: (message: string) => void): Promise<number[]> {
  const found: number[] = [];
  for (const username of names) {
    try {
      const [user] = await users.all({ username, page: 1 });
      if (user === undefined) warn(`no review by ${username}: GitLab knows no such user`);
      else found.push(user.id);
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      warn(`no review by ${username}: ${error.message}`);
    }
  }
  return found;
}

const DRAFT = /^Draft: /;

/** A draft is one by its title. */
const titled = (title: string, draft: boolean): string => (draft ? `Draft: ${title}` : title);

function pullFrom({ iid, web_url, state, title, description }: MergeRequestData): Pull {
  return {
    number: iid,
    url: web_url,
    // "locked" is one that is just being merged.
    state: state === "merged" || state === "closed" ? state : "open",
    title: title.replace(DRAFT, ""),
    // What was edited in a browser has its line ends.
    body: (description ?? "").replaceAll("\r\n", "\n"),
  };
}

type MergeRequestData = Pick<MergeRequestSchema, "iid" | "web_url" | "state" | "title" | "description">;
