import { wheel, type Files } from "../../../scripts/bench/files.js";
import { CACHES, SPLIT, type Project } from "./project.js";

const PIP: Files = {
  "requirements.txt": "--no-index\n--find-links wheels\nalpha==1.0\n",
  "wheels/alpha-1.0-py3-none-any.whl": wheel("alpha"),
  "app.py": "import alpha\nprint(alpha.VERSION)\n",
};

export const PYTHON: readonly Project[] = [
  {
    name: "pip with local wheels",
    dockerfile: "FROM python:3.11\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\n",
    files: PIP,
    by: SPLIT,
    faster: true,
  },
  {
    name: "pip with included files",
    dockerfile: "FROM python:3.11\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements/dev.txt\n",
    files: {
      "requirements/dev.txt": "-r base.txt\n-c limits.txt\nbeta\n",
      "requirements/base.txt": "--no-index\n--find-links ../wheels\nalpha\n",
      "requirements/limits.txt": "alpha==1.0\nbeta==2.0\n",
      "requirements.txt": "",
      "wheels/alpha-1.0-py3-none-any.whl": wheel("alpha"),
      "wheels/beta-2.0-py3-none-any.whl": wheel("beta", "2.0"),
      "app.py": "1\n",
    },
    by: SPLIT,
    faster: true,
  },
  {
    name: "pip into a virtual environment",
    dockerfile:
      "FROM python:3.11\nRUN python -m venv /venv\nENV PATH=/venv/bin:$PATH\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\n",
    files: PIP,
    by: SPLIT,
    faster: true,
  },
  {
    name: "pip and a check in one RUN",
    dockerfile:
      "FROM python:3.11\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt && python app.py > out.txt\n",
    files: PIP,
    by: SPLIT,
    faster: true,
  },
  {
    name: "pip behind system packages behind the source",
    dockerfile:
      "FROM python:3.11\nWORKDIR /app\nCOPY . .\nRUN apt-get update && apt-get install -y --no-install-recommends tree\nRUN pip install -r requirements.txt\n",
    files: PIP,
    by: [...SPLIT],
    faster: true,
  },
  {
    name: "pip with its cache",
    dockerfile: "FROM python:3.11\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\n",
    files: PIP,
    by: [...SPLIT, ...CACHES],
    safety: "suggested",
    faster: true,
  },
];
