import { counted } from "../../report/figures.js";
import type { ShareGroup } from "./share.js";

export const repositories = (number: number): string => counted(number, "repository", "repositories");

/** A common base image, as a Dockerfile. */
export const shareSuggestion = ({ image, steps }: ShareGroup): string => [`FROM ${image}`, ...steps].join("\n");

/** What a group is called: "debian:12, 3 steps". */
export const shareTitle = ({ image, steps }: ShareGroup): string => `${image}, ${counted(steps.length, "step")}`;
