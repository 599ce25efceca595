import {
  paged,
  startFake,
  type ApiAnswer,
  type ApiRequest,
  type FakeHost,
  type FakeOptions,
  type FakePull,
  type FakeState,
} from "./fake-host.js";

interface GithubOptions extends FakeOptions {
  /** Owners that are no organisations. */
  readonly users?: readonly string[];
  /** Labels that it takes; all, if not given. */
  readonly labels?: readonly string[];
  readonly hasNoDrafts?: boolean;
}

const PREFIX = "/api/v3";

/** As much of GitHub as dockopt uses, on loopback. */
export function startFakeGithub(options: GithubOptions): Promise<FakeHost> {
  return startFake(
    {
      prefix: PREFIX,
      answer: (request, state) => answer(request, state, options),
      denied: ({ why, seconds }) =>
        why === "primary"
          ? {
              status: 403,
              body: { message: "API rate limit exceeded for user ID 1." },
              headers: {
                "x-ratelimit-remaining": "0",
                "x-ratelimit-reset": String(Math.floor(Date.now() / 1000) + seconds),
              },
            }
          : {
              status: 403,
              body: {
                message: "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
              },
              headers: { "retry-after": String(seconds) },
            },
    },
    options,
  );
}

function answer(request: ApiRequest, state: FakeState, options: GithubOptions): ApiAnswer {
  const { method, path } = request;
  const [, kind = "", owner = "", rest = ""] = /^\/(orgs|users|repos)\/([^/]+)\/(.+)$/.exec(path) ?? [];
  if (kind !== "repos")
    return method === "GET" && rest === "repos" ? list(request, state, options, kind, owner) : NOT_FOUND;
  const [repo = "", what = "", number, part] = rest.split("/");
  const named = `${owner}/${repo}`.toLowerCase();
  const slug = state.repositories.find((one) => one.slug.toLowerCase() === named)?.slug;
  if (slug === undefined) return NOT_FOUND;
  if (number === undefined) {
    if (what !== "pulls") return NOT_FOUND;
    return method === "POST" ? create(request, state, options, slug) : find(request, state, slug);
  }
  const pull = state.pulls.find((one) => one.slug === slug && one.number === Number(number));
  return pull === undefined ? NOT_FOUND : change(request, state, options, pull, `${method} ${part ?? what}`);
}

const NOT_FOUND: ApiAnswer = { status: 404, body: { message: "Not Found" } };

function list(request: ApiRequest, state: FakeState, options: GithubOptions, kind: string, owner: string): ApiAnswer {
  const own = state.repositories.filter(({ slug }) => slug.toLowerCase().startsWith(`${owner.toLowerCase()}/`));
  const isUser = options.users?.includes(owner) === true;
  if (own.length === 0 || (kind === "orgs" && isUser)) return NOT_FOUND;
  const { items, headers } = paged(own, request, `${state.origin}${PREFIX}`);
  const body = items.map(({ slug, language, topics, archived, fork }) => ({
    full_name: slug,
    clone_url: `${state.origin}/${slug}.git`,
    language: language ?? null,
    topics: topics ?? [],
    archived: archived ?? false,
    fork: fork ?? false,
  }));
  return { status: 200, body, headers };
}

function find({ query }: ApiRequest, state: FakeState, slug: string): ApiAnswer {
  const [, branch] = query.get("head")?.split(":") ?? [];
  const found = state.pulls.filter(
    (one) =>
      one.slug === slug &&
      (branch === undefined || one.branch === branch) &&
      (query.get("state") === "all" || one.state === "open"),
  );
  return { status: 200, body: found.reverse().map((pull) => shown(pull, state)) };
}

function create({ body }: ApiRequest, state: FakeState, options: GithubOptions, slug: string): ApiAnswer {
  const { title, head, base, body: text, draft } = body;
  if (typeof title !== "string" || typeof head !== "string" || typeof base !== "string")
    return invalid("Invalid request.");
  for (const [field, branch] of Object.entries({ head, base }))
    if (!state.hasBranch(slug, branch)) return invalid({ resource: "PullRequest", field, code: "invalid" });
  if (draft === true && options.hasNoDrafts === true)
    return invalid("Draft pull requests are not supported in this repository.");
  if (state.pulls.some((one) => one.slug === slug && one.branch === head && one.state === "open"))
    return invalid({ resource: "PullRequest", code: "custom", message: `A pull request already exists for ${head}.` });
  const pull: FakePull = {
    slug,
    number: state.pulls.filter((one) => one.slug === slug).length + 1,
    branch: head,
    base,
    title,
    body: typeof text === "string" ? text : "",
    state: "open",
    draft: draft === true,
    labels: [],
    reviewers: [],
  };
  state.pulls.push(pull);
  return { status: 201, body: shown(pull, state) };
}

function change(
  { body }: ApiRequest,
  state: FakeState,
  options: GithubOptions,
  pull: FakePull,
  what: string,
): ApiAnswer {
  const names = (field: string): string[] => (body[field] ?? []) as string[];
  if (what === "PATCH pulls") Object.assign(pull, body);
  else if (what === "POST labels") {
    const unknown = names("labels").find((name) => options.labels?.includes(name) === false);
    if (unknown !== undefined) return invalid({ resource: "Label", field: "name", value: unknown, code: "invalid" });
    pull.labels.push(...names("labels"));
  } else if (what === "POST requested_reviewers") {
    if (names("reviewers").some((name) => options.collaborators?.includes(name) === false))
      return invalid("Reviews may only be requested from collaborators.");
    pull.reviewers.push(...names("reviewers"));
  } else return NOT_FOUND;
  return { status: 200, body: shown(pull, state) };
}

const invalid = (error: unknown): ApiAnswer => ({
  status: 422,
  body: { message: "Validation Failed", errors: [error] },
});

function shown(pull: FakePull, { origin }: FakeState): unknown {
  const repo = { id: 1, full_name: pull.slug };
  return {
    number: pull.number,
    html_url: `${origin}/${pull.slug}/pull/${pull.number}`,
    state: pull.state === "open" ? "open" : "closed",
    merged_at: pull.state === "merged" ? "2026-01-01T00:00:00Z" : null,
    title: pull.title,
    body: pull.body === "" ? null : pull.body,
    draft: pull.draft,
    head: { ref: pull.branch, repo },
    base: { ref: pull.base, repo },
  };
}
