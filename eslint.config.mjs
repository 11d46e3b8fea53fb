import appsync from "@aws-appsync/eslint-plugin";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["cdk.out*", ".build", ".local", "**/generated", "web/dist", "**/*.mjs", "**/*.cjs"] },
  {
    files: ["**/*.ts", "**/*.tsx"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    // What AppSync itself refuses; the bundles that are deployed are checked by a test as well.
    files: ["resolvers/**/*.ts"],
    ignores: ["resolvers/generated/**"],
    ...appsync.configs.recommended,
    languageOptions: {
      ...appsync.configs.recommended.languageOptions,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
  },
);
