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

interface GitlabOptions extends FakeOptions {
  /** Users that it knows: those who may review (`collaborators`) and others. */
  readonly users?: readonly string[];
}

const PREFIX = "/api/v4";

/** As much of GitLab as dockopt uses, on loopback. */
export function startFakeGitlab(options: GitlabOptions): Promise<FakeHost> {
  const users = [...(options.collaborators ?? []), ...(options.users ?? [])];
  return startFake(
    {
      prefix: PREFIX,
      answer: (request, state) => answer(request, state, users),
      denied: ({ seconds }) => ({
        status: 429,
        body: "Retry later\n",
        headers: { "content-type": "text/plain", "retry-after": String(seconds) },
      }),
    },
    options,
  );
}

const NOT_FOUND: ApiAnswer = { status: 404, body: { message: "404 Not Found" } };

function answer(request: ApiRequest, state: FakeState, users: readonly string[]): ApiAnswer {
  const { method, path, query } = request;
  const [, kind = "", id = "", what = "", iid] = path.split("/").map(decodeURIComponent);
  if (kind === "users") {
    const found = users.indexOf(query.get("username") ?? "");
    return { status: 200, body: found < 0 ? [] : [{ id: found + 1, username: users[found] }] };
  }
  if (kind === "groups" && what === "projects") return list(request, state, id);
  const index = state.repositories.findIndex(({ slug }, at) => slug === id || String(at + 1) === id);
  const project = state.repositories[index];
  if (kind !== "projects" || project === undefined) return NOT_FOUND;
  if (what === "languages") return { status: 200, body: { [project.language ?? "Shell"]: 80.5, Makefile: 19.5 } };
  if (what !== "merge_requests") return NOT_FOUND;
  if (iid === undefined)
    return method === "POST" ? create(request, state, users, project.slug) : find(request, state, project.slug);
  const pull = state.pulls.find((one) => one.slug === project.slug && one.number === Number(iid));
  if (pull === undefined) return NOT_FOUND;
  if (method === "PUT") {
    pull.title = String(request.body["title"]);
    pull.body = String(request.body["description"]);
    pull.draft = pull.title.startsWith("Draft: ");
  }
  return { status: 200, body: shown(pull, state, users) };
}

function list(request: ApiRequest, state: FakeState, group: string): ApiAnswer {
  const { query } = request;
  const inside = state.repositories
    .map((one, at) => ({ ...one, id: at + 1 }))
    .filter(({ slug }) => slug.startsWith(`${group}/`));
  if (inside.length === 0) return { status: 404, body: { message: "404 Group Not Found" } };
  const wanted = inside.filter(
    ({ slug, topics, archived }) =>
      (query.get("include_subgroups") === "true" || slug.split("/").length === group.split("/").length + 1) &&
      (query.get("topic") === null || topics?.includes(query.get("topic") ?? "") === true) &&
      (query.get("archived") === null || String(archived ?? false) === query.get("archived")),
  );
  const { items, headers } = paged(wanted, request, `${state.origin}${PREFIX}`);
  const body = items.map(({ id, slug, fork }) => ({
    id,
    path_with_namespace: slug,
    http_url_to_repo: `${state.origin}/${slug}.git`,
    ...(fork === true ? { forked_from_project: { id: 999 } } : {}),
  }));
  return { status: 200, body, headers };
}

function find({ query }: ApiRequest, state: FakeState, slug: string): ApiAnswer {
  const found = state.pulls.filter((one) => one.slug === slug && one.branch === query.get("source_branch"));
  return { status: 200, body: found.reverse().map((pull) => shown(pull, state, [])) };
}

function create({ body }: ApiRequest, state: FakeState, users: readonly string[], slug: string): ApiAnswer {
  const { source_branch: branch, target_branch: base, title, description, labels, reviewer_ids: reviewers } = body;
  if (typeof title !== "string" || typeof branch !== "string" || typeof base !== "string")
    return { status: 400, body: { error: "title, source_branch, target_branch are missing" } };
  const other = state.pulls.find((one) => one.slug === slug && one.branch === branch && one.state === "open");
  if (other !== undefined)
    return {
      status: 409,
      body: { message: [`Another open merge request already exists for this source branch: !${other.number}`] },
    };
  if (!state.hasBranch(slug, branch)) return { status: 400, body: { message: { source_branch: ["does not exist"] } } };
  const names = ((reviewers ?? []) as number[]).map((id) => users[id - 1] ?? "");
  const pull: FakePull = {
    slug,
    number: state.pulls.filter((one) => one.slug === slug).length + 1,
    branch,
    base,
    title,
    body: typeof description === "string" ? description : "",
    state: "open",
    draft: title.startsWith("Draft: "),
    labels: typeof labels === "string" ? labels.split(",") : [],
    // Others are left out without a word.
    reviewers: names.filter((name) => state.options.collaborators?.includes(name) !== false),
  };
  state.pulls.push(pull);
  return { status: 201, body: shown(pull, state, users) };
}

function shown(pull: FakePull, { origin }: FakeState, users: readonly string[]): unknown {
  return {
    iid: pull.number,
    project_id: 1,
    source_project_id: 1,
    web_url: `${origin}/${pull.slug}/-/merge_requests/${pull.number}`,
    state: pull.state === "open" ? "opened" : pull.state,
    title: pull.title,
    description: pull.body,
    draft: pull.draft,
    source_branch: pull.branch,
    reviewers: pull.reviewers.map((name) => ({ id: users.indexOf(name) + 1, username: name })),
  };
}
