// What AppSync itself refuses in resolvers, by the service's own rules. Everything else is oxlint's (.oxlintrc.json).
import appsync from "@aws-appsync/eslint-plugin";

export default [
  { ignores: ["resolvers/generated"] },
  {
    files: ["resolvers/**/*.ts"],
    ...appsync.configs.recommended,
    languageOptions: {
      ...appsync.configs.recommended.languageOptions,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
  },
];
