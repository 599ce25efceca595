import { debian } from "./debian.js";
import { MERGE, type Project } from "./project.js";

export const MERGES: readonly Project[] = [
  debian(
    "an update apart from its install",
    "RUN apt-get update\nRUN apt-get install -y --no-install-recommends tree\nCOPY . /app\n",
    MERGE,
  ),
  debian(
    "a clean-up apart from its install",
    "RUN apt-get update && \\\n    apt-get install -y --no-install-recommends tree\n# less to ship\nRUN rm -rf /var/lib/apt/lists/*\nCOPY . /app\n",
    MERGE,
  ),
  debian("three small steps", "RUN useradd app\nRUN mkdir -p /data/x\nRUN chown -R app /data\nCOPY . /app\n", MERGE),
  debian("a step in another directory", "RUN cd /var && mkdir a\nRUN mkdir b\nRUN touch /var/a/c\n", MERGE),
  debian("a umask", "RUN umask 077 && touch /a\nRUN touch /b\nRUN mkdir /c\n", MERGE),
  debian("a shell option and a variable", "RUN set -x && touch /a\nRUN export B=1 && touch /b\nRUN touch /c\n", MERGE),
  debian(
    "a list and alternatives",
    "RUN touch /a; false; touch /b\nRUN false || touch /c\nRUN test -e /b && touch /d\n",
    MERGE,
  ),
  debian(
    "links and modes",
    "RUN mkdir -p /var/v1 && touch /var/v1/x\nRUN ln -s /var/v1 /var/current\nRUN chmod 700 /var/current/x\n",
    MERGE,
  ),
  debian(
    "a download and its removal",
    "RUN cp /etc/os-release /tmp/x && tar cf /var/x.tar /tmp/x\nRUN rm /tmp/x\nRUN touch /done\n",
    MERGE,
  ),
  debian(
    "steps with one cache mount",
    "RUN --mount=type=cache,target=/cache touch /a\nRUN --mount=type=cache,target=/cache touch /b\nRUN --mount=type=cache,target=/cache ls /cache > /c\n",
    MERGE,
  ),
];
