/** Why something is left alone, by the code of the refusal: what it means, and what can be done. Loaded only to be shown. */
export const refusals = {
  "ambiguous-project":
    "The directory holds several projects or solutions, and the command does not say which. Name one of them.",
  between:
    "A step between the copy of the source and the install cannot change places with them. Move it behind the install, or copy what it needs before it.",
  "bin-not-executable":
    "The install makes a program of the project executable, and the later copy would undo that. Commit the file as executable.",
  "builds-source": "The same command also works on the source. Give the download a command of its own.",
  "bundler-plugin": "A plugin of Bundler may read any file at the install. Without it the Gemfile can be read.",
  "cache-at-run-time":
    "A container may use what a cache mount would keep out of the image. Build in a stage of its own, and copy the results out of it.",
  "cache-copied":
    "Another step or stage copies what a cache mount would keep out of the image. Copy only what the build makes.",
  "cache-filled":
    "The directory gets files from another step, which a mounted cache would hide. Move the cache or the files to another directory.",
  "cache-holds-results":
    "What the command makes lies in its cache as well, and what other steps need of it cannot be kept apart. Copy the results elsewhere in the same RUN.",
  "cache-needed":
    "The command works from what an earlier step has left in the image, and a mounted cache may be empty. Let it download by itself.",
  "cache-outdated":
    "In a kept cache the tool might take an old result for a new one, and what would have to be removed cannot be told.",
  "cache-owner":
    "A new cache belongs to root, and the number of the user who would write it is not known. Write USER as a number, or mount the cache with uid=.",
  "cache-shared": "A step that is not known might read or write what a mount would keep out of the image.",
  "cache-undone":
    "The same RUN switches the cache off or empties it, so that a mount would do nothing. Remove the option or the clean-up.",
  "clean-up":
    "A later command of the RUN takes away what stands before the install; split, a layer would keep it. Use a build stage of its own.",
  "cleaned-up": "The RUN takes away what an earlier download would leave in a layer. Use a build stage of its own.",
  "committed-output":
    "What the install makes is committed, too, and the later copy would lay it over the installed one. Remove it from git, or leave it out by .dockerignore.",
  "compound-command":
    "The install depends on other commands of its RUN (`if`, `||`, a loop, output to a file), or they on it. Write it as part of a plain && chain.",
  "computed-option": "An option of the command gets its value only in the build. Write it out.",
  "computed-projects":
    "The build's settings compute which projects belong to it, so that their files cannot be told. Name them literally.",
  "computed-script": "A build script that is applied has a computed name. Name it literally.",
  "config-names-files": "A configuration file of the tool names further local files, which are not followed.",
  "context-unreadable":
    "A compose or bake file builds the Dockerfile from a folder that cannot be read. Name it with --context.",
  "contexts-differ":
    "Several builds share the Dockerfile, and a rewrite would not be right for all of them. --context takes one of them.",
  "copied-by-name": "A COPY or ADD names it, or may name it. If it is not needed there, remove it from that COPY.",
  "copied-in-base-stage":
    "The source is copied in a stage that others may share. Copy it in the stage that installs, or install in the base.",
  "copied-output":
    "A copy of the source would land on what the install makes, and .dockerignore cannot keep it out. Copy to another place.",
  "copies-to-system":
    "The copy goes to a directory that the install may read (a system directory, or one that a variable names), so it stays before it.",
  "custom-target":
    "A target of the project runs at every restore and may read the source. Let it run at the build instead.",
  destination: "Where a copied file lands is not known. Write the destination out.",
  "directory-owner": "A directory would belong to another owner when it is made by another step. Copy with --chown.",
  "environment-input":
    "A variable names a further file that the install reads, which is not followed. Name the file on the command line.",
  exception: ".dockerignore brings a part of it back by an exception (!). Extend the file by hand.",
  "hides-source": "The longer .dockerignore would leave out what a COPY needs.",
  "ignores-lockfile": "The command takes the newest versions whatever the lockfile says. Add --locked.",
  "inside-workspace":
    "The package belongs to a workspace whose files the install reads, too. Install at the workspace's root.",
  "installs-project":
    "The command installs the project itself, which needs its source. Install the dependencies in a step of their own.",
  "less-safe":
    "It would be right, or be wanted, but is not proven to leave the image as it is. The reason names the option that applies it.",
  "lifecycle-script":
    "A script that runs at the install reads, or may read, the source. Do its work in a later step, and install with --ignore-scripts.",
  "lists-needed": "A later install uses the package lists. Give each install its own `apt-get update` in the same RUN.",
  "local-dependency":
    "A dependency lies in the project itself and needs its source, or is not in the build context. Install the others first, in a step of their own.",
  "local-gem":
    "A local gem lies where it cannot be followed: out of the build context, in a git repository, or in a computed place.",
  "local-replace": "go.mod or go.work names a local module that is not in the build context. Copy it, too.",
  "local-repository":
    "A repository of local files is not in the build context, or may lie in the source. Copy it before the install.",
  "local-requirement":
    "A requirements file names a local project or a file that is not there. Install it in a step of its own.",
  "local-source": "A package source is a local folder that no COPY brings. Copy it, or remove it from the settings.",
  "looks-at-source":
    "A condition of the project file looks for files of the source. Let it look at a property instead.",
  mentioned: "A command of the build mentions it, and may need it. If it does not, name it in .dockerignore by hand.",
  "missing-import": "A project file imports another that no COPY brings. Copy it, too.",
  "missing-input":
    "A file that the install reads is named, but not in the build context. Copy it, or do not ignore it.",
  "missing-project":
    "A project or solution refers to another that no COPY brings, so that what a restore reads depends on it. Copy it, or restore a single project.",
  "mounted-output":
    "The install writes into a cache mount, which is in no layer. Install into the image, and mount the download cache instead.",
  "moved-output": "A setting moves what the restore reads or writes to another place, which is not followed.",
  "multi-module":
    "Modules that need each other cannot be resolved before they are built. Keep the repository in a cache mount (mount-package-caches).",
  "needs-source":
    "The download fails without the source, because the manifest does not say which files it is made of. Use cache mounts (--suggested).",
  "no-build-file":
    "A project of the build has no build file, so that its directory would not be there. Add an empty one.",
  "no-cache-mounts":
    "The builder, or the `# syntax` line, has no cache mounts, or it is not known. Name the builder with --builder.",
  "no-context": "Without the build context nobody knows which files the install reads. Name it with --context DIR.",
  "no-dependencies": "The project needs no packages: an earlier install would gain nothing.",
  "no-go-mod": "No COPY brings a go.mod to where the command runs. Check the build context and the directory.",
  "no-lockfile":
    "The command needs a lockfile that is not in the build context, or would write one. Commit it, or do not ignore it.",
  "no-manifest": "The manifest of the install is not in the build context, or no COPY brings it. Check --context.",
  "no-wrapper": "The wrapper script (mvnw, gradlew) is not in the build context, or no COPY brings it.",
  "not-made":
    "The build copies it from the context, and no step is known to make it anew. If a step does, remove it from git and ignore it by hand.",
  "not-mergeable": "The RUNs belong together, but cannot be joined without a change of meaning. Join them by hand.",
  "not-proved":
    "The judge, who compares both texts without knowing the transform, could not prove that the image stays the same. --unsafe applies it.",
  "not-splittable":
    "The RUN cannot be divided, or added to, safely. Write a RUN for each purpose, or a plain && chain.",
  offline: "The tool is told to work offline, so that an earlier step would download nothing.",
  "old-style-project": "Only SDK-style project files are understood. Convert the project.",
  "other-dockerfile":
    "Another Dockerfile shares the .dockerignore and cannot be read. Give it an ignore file of its own (NAME.dockerignore).",
  "out-of-step": "The lockfile does not fit its manifest, and the install would rewrite it. Bring it up to date.",
  "packages-config": "packages.config is not understood. Convert the project to PackageReference.",
  plugin:
    "A plugin runs at the install and may read or write the project. Forbid it (allow-plugins), or install with --no-plugins.",
  "plugin-failed":
    "A plug-in threw an error, never came to rest, or gave what makes no sense. Report it to its author, or leave the plug-in out.",
  "plugin-reads": "A plugin of the build reads more than the build files (git, the source).",
  "reads-files": "The manifest is a program, and may read files that cannot be told. Name them literally.",
  "reads-git": "Something in the build reads the repository. Give it the value by a build argument instead.",
  "reads-history": "An extension reads the repository's history, which changes with every commit.",
  "reads-metadata":
    "What is installed depends on a variable that is named like build metadata and changes with every build. Give it another name.",
  refreshes: "An option fetches everything again, whatever an earlier step has left. Remove it.",
  restless: "Rewrites undid each other, so that none of them was made. This is a fault of dockopt: please report it.",
  "rewritten-settings":
    "The install writes an option into settings that the later copy would bring back. Set it by a variable instead.",
  "script-line-ends": "The script has Windows line ends, with which it does not run. Commit it with others.",
  "script-reads": "A build script may read files that cannot be told.",
  "sdk-in-source": "global.json looks for the SDK in the source. Use that of the image.",
  served: "A web server gives out all that is there, and may give out this. If it should not, ignore it by hand.",
  "stage-replaced": "A build puts a named context in place of a stage of that name. Give one of them another name.",
  submodule: "The build context has a submodule whose files are not there. Run dockopt in a checkout that has them.",
  suppressed: "A comment in the Dockerfile forbids the rewrite. Remove the comment to have it.",
  "symbolic-link": "The install reads a symbolic link that a COPY would not bring as what it leads to. Commit a file.",
  template: "The file is a template, and what it will say is not known. Give the rendered file.",
  "too-deep":
    "The Dockerfile, or a file that it leads to, is nested deeper than dockopt follows. No tool writes such files: look at what it is.",
  "too-slow":
    "It takes longer than a file may, so that nothing was done. Raise maxSeconds in the configuration, or leave what is large out of the build.",
  "tool-in-context": "The tool itself comes from the build context, and what else it needs is not known.",
  "unknown-cache":
    "Where the tool keeps its cache is known only to the build. Set it by its variable, or name the USER.",
  "unknown-directory": "The directory in which the install runs is known only to the build. Write it out.",
  "unknown-input": "A file that the install reads has a name that only the build knows. Write it out.",
  "unknown-items": "Which packages a project file names is computed by MSBuild. Name them literally.",
  "unknown-option": "An option of the command is not understood, and may read or write other files.",
  "unknown-output": "Where the install puts packages is known only to the build. Write the directory out.",
  "unknown-packaging": "What the packaging of the POM resolves is not known.",
  "unknown-path": "Where the install puts packages or settings is known only to the build.",
  "unknown-project": "Which project is restored, or what a project of its kind reads, is not known. Name the project.",
  "unknown-property": "A property decides which files are read, and its value is known only to the build.",
  "unknown-runtime": "The runtime decides which packages are restored, and is known only to the build. Write it out.",
  "unknown-script": "The wrapper is not a shell script, as far as its first line tells.",
  "unknown-sdk": "What the SDK of the project reads at a restore is not known.",
  "unreadable-manifest": "The manifest or a settings file cannot be read or parsed. Repair it.",
  vendored: "The packages are committed, so that nothing is downloaded.",
  "version-from-git": "Versions come from the repository, which comes with the source. Write the version down.",
  whitelist: ".dockerignore leaves out all but what it names: there is nothing to add.",
  "work-before-install":
    "Other work, which may be needed or may not run early, stands before the install in the same RUN. Give the install a RUN of its own.",
  workspace: "The project has workspace members whose manifests the install reads, which are not followed.",
  "workspace-filter": "The command installs only some workspaces, whose files are not told apart.",
  "workspace-outside": "A workspace pattern leads out of the build context. Build from a folder above.",
  "workspace-pattern": "A workspace pattern is not understood. Name the members.",
  "would-lose-comment": "The rewrite would lose a comment. This is a fault of the transform: please report it.",
  "would-not-parse": "The rewritten file would not parse. This is a fault of the transform: please report it.",
  "wrapped-command":
    "What stands before the command (a wrapper, a variable) may be needed, too. Call the tool directly.",
} as const satisfies Readonly<Record<string, string>>;

export type RefusalCode = keyof typeof refusals;

/** Stable identifier of a reason, for statistics: one of these, or a plug-in's own with the plug-in's name before a slash ("acme/no-mirror"). */
export type GivenCode = RefusalCode | `${string}/${string}`;
