import type { Files } from "../../../scripts/bench/files.js";
import { CACHES, SPLIT, type Base, type Project } from "./project.js";

/** Debian's repository in place of Maven's. The plugins are those that `mvn package` runs, and those that `dependency:resolve-plugins` fetches as well. */
const base: Base = {
  tag: "debian:dockopt-maven",
  dockerfile: `FROM debian:bookworm-slim
RUN mkdir -p /usr/share/man/man1 && apt-get update && apt-get install -y --no-install-recommends maven openjdk-17-jdk-headless \\
    libmaven-clean-plugin-java libmaven-compiler-plugin-java libmaven-dependency-plugin-java libmaven-deploy-plugin-java libmaven-install-plugin-java \\
    libmaven-jar-plugin-java libmaven-resources-plugin-java libmaven-site-plugin-java libsurefire-java && rm -rf /var/lib/apt/lists/*
RUN mkdir /root/.m2 && echo '<settings><mirrors><mirror><id>debian</id><mirrorOf>*</mirrorOf><url>file:///usr/share/maven-repo</url></mirror></mirrors></settings>' > /root/.m2/settings.xml
`,
};

const JAR: Files = {
  "pom.xml": `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>com.example</groupId>
  <artifactId>app</artifactId>
  <version>1.0.0</version>
  <properties>
    <maven.compiler.release>17</maven.compiler.release>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
    <project.build.outputTimestamp>2024-01-01T00:00:00Z</project.build.outputTimestamp>
  </properties>
  <dependencies>
    <dependency>
      <groupId>commons-io</groupId>
      <artifactId>commons-io</artifactId>
      <version>2.11.0</version>
    </dependency>
  </dependencies>
  <build>
    <pluginManagement>
      <plugins>
        <plugin>
          <artifactId>maven-site-plugin</artifactId>
          <version>3.12.1</version>
        </plugin>
      </plugins>
    </pluginManagement>
  </build>
</project>
`,
  "src/main/java/App.java":
    'import org.apache.commons.io.FilenameUtils;\n\npublic class App {\n    public static void main(String[] args) {\n        System.out.println(FilenameUtils.getName("a/b"));\n    }\n}\n',
};

const maven = (name: string, runs: string, more: Pick<Project, "by" | "safety">): Project => ({
  name,
  base,
  dockerfile: `FROM ${base.tag} AS build\nWORKDIR /app\nCOPY . .\n${runs}\n\nFROM debian:bookworm-slim\nCOPY --from=build /app/target/app-1.0.0.jar /app.jar\n`,
  files: JAR,
  ...more,
});

// With a repository in the image nothing is far away: most of the time is Maven's own, so none is compared.
export const JAVA: readonly Project[] = [
  maven("maven that downloads by itself", "RUN mvn -B -q package -DskipTests", {
    by: [...SPLIT, ...CACHES],
    safety: "suggested",
  }),
  maven("maven that resolves, then builds", "RUN mvn -B -q dependency:go-offline\nRUN mvn -B -q -o package", {
    by: SPLIT,
  }),
];
