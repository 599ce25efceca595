/** A code host with pull requests (GitLab: merge requests). */
export interface CodeHost {
  readonly kind: "github" | "gitlab";
  /** Repositories of an organisation (GitLab: a group with its subgroups), page by page, as the host orders them. @throws HostError */
  repositories(owner: string, filter: RepositoryFilter): AsyncIterable<HostRepository>;
  /** The newest pull request from a branch, whatever its state; undefined: there was none. `slug`: "acme/web". @throws HostError */
  pullOf(slug: string, branch: string): Promise<Pull | undefined>;
  /** @throws HostError */
  open(slug: string, request: PullRequest): Promise<Pull>;
  /** Title and body of an open pull request become these. @throws HostError */
  update(slug: string, pull: Pull, request: PullRequest): Promise<void>;
}

export interface RepositoryFilter {
  /** As the host spells its main language, case aside; undefined: any. */
  readonly language: string | undefined;
  readonly topic: string | undefined;
  readonly archived: boolean;
  readonly forks: boolean;
}

export interface HostRepository {
  /** For git; https or ssh, without credentials. */
  readonly url: string;
}

export interface PullRequest {
  readonly branch: string;
  /** The branch that it goes into. */
  readonly base: string;
  readonly title: string;
  readonly body: string;
  readonly draft: boolean;
  readonly labels: readonly string[];
  /** Names of users. */
  readonly reviewers: readonly string[];
}

export interface Pull {
  readonly number: number;
  readonly url: string;
  readonly state: "open" | "closed" | "merged";
  readonly title: string;
  readonly body: string;
}

/** What the host answered, for people, without credentials. */
export class HostError extends Error {}
