import { definePlugin } from "dockopt/transform";
import { helm } from "./helm.js";
import { sortPackages } from "./sort-packages.js";

export default definePlugin({ name: "example", transforms: [sortPackages], ecosystems: [helm] });
