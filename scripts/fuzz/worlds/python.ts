import type { Rules } from "../grammar.js";
import type { World } from "./world.js";

const PYTHON_WORDS: Rules = {
  image: ["python:3.12", "python:3.12-slim", "python:3-alpine"],
  build: ["python setup.py build", "python -m compileall ."],
};
const PYPROJECT = [
  '[project]\nname = "a"\nversion = "1"\ndependencies = ["b>=1", "«odd»"]\n[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n',
  '[tool.poetry]\nname = "a"\nversion = "0"\n[tool.poetry.dependencies]\nb = {path = "«odd»", develop = true}\npython = "^3"\n',
  '[tool.uv.sources]\nb = {workspace = true}\n[tool.uv.workspace]\nmembers = ["packages/*", "«odd»"]\n[project]\nname = "a"\nreadme = "«odd»"\ndynamic = ["version"]\n',
  "[project]\nname = «json»\n",
];

export const python: readonly World[] = [
  {
    words: {
      ...PYTHON_WORDS,
      install: [
        "pip install -r requirements.txt",
        "pip install --no-cache-dir -r requirements.txt",
        "pip install -e .",
        "python -m pip install .",
        "pip install -r requirements.txt -c constraints.txt",
        "pipenv install --deploy --system",
      ],
      manifests: ["requirements.txt", "requirements*.txt", "Pipfile Pipfile.lock"],
    },
    files: {
      "requirements.txt": [
        "b==1\nc>=2 ; python_version < '3'\n",
        "-r «odd»\n-c constraints.txt\nb\n",
        "-e ./lib\n./lib\n«odd»\n",
        "b \\\n  --hash=sha256:0\n--index-url https://x.org\n-r requirements.txt\n",
      ],
      "constraints.txt": ["b==1\n", "-r requirements.txt\n"],
      "setup.py": ["from setuptools import setup\nsetup(name='a', install_requires=open('requirements.txt').read())\n"],
      "pyproject.toml": PYPROJECT,
      Pipfile: ["[packages]\nb = '*'\n", "[packages]\nb = {path = '«odd»', editable = true}\n"],
      "Pipfile.lock": ['{"_meta": {}, "default": {}}', "«json»"],
    },
  },
  {
    words: {
      ...PYTHON_WORDS,
      install: [
        "poetry install --no-root",
        "poetry install",
        "uv sync --frozen",
        "uv sync --frozen --no-install-project",
        "pdm install --prod",
        "uv pip install -r requirements.txt",
        "pip install poetry && poetry install",
      ],
      manifests: ["pyproject.toml poetry.lock", "pyproject.toml uv.lock"],
    },
    files: {
      "pyproject.toml": PYPROJECT,
      "poetry.lock": ["[[package]]\nname = 'b'\nversion = '1'\n", "[package]\nname = «json»\n"],
      "uv.lock": [
        "version = 1\n[[package]]\nname = 'a'\nsource = { virtual = '.' }\n",
        "[[package]]\nname = 'b'\nsource = { directory = '«odd»' }\n",
      ],
      "pdm.lock": ["[metadata]\ngroups = ['default']\n"],
      "requirements.txt": ["b==1\n", "-r «odd»\n"],
    },
  },
];
