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
    // openid-client marks its switch for http on loopback as deprecated so that it stands out; tests are where it belongs.
    files: ["test/**/*.ts"],
    rules: { "@typescript-eslint/no-deprecated": "off" },
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
