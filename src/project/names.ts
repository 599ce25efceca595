const NAME = /^(?:Dockerfile|Containerfile)(?:[.-][^/]+)?$|\.(?:[Dd]ockerfile|[Cc]ontainerfile)$/;
const NOT =
  /\.(?:dockerignore|containerignore|md|txt|orig|rej|bak|j2|jinja2?|tmpl|tpl|in|erb|ejs|hbs|mustache|template)$/i;

/** Is a file of this name (the last part of its path) a Dockerfile by what people call them? */
export function isDockerfile(name: string): boolean {
  return NAME.test(name) && !NOT.test(name);
}
