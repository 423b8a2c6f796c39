import { stringify } from 'yaml';

/** The audience of the tokens that Fulcio takes. */
export const TOKEN_AUDIENCE = 'sigstore';

const PROVIDER = 'foundry';

/**
 * Fulcio's configuration, YAML: one issuer of workflow tokens, and how their claims become the certificate's name and
 * extensions (Fulcio `docs/oidc.md`; the same extensions as GitHub's own, so that `gh attestation verify` finds them).
 */
export function renderFulcioConfig(issuer: string): string {
  return stringify({
    'oidc-issuers': {
      [issuer]: {
        'issuer-url': issuer,
        'client-id': TOKEN_AUDIENCE,
        type: 'ci-provider',
        'ci-provider': PROVIDER,
      },
    },
    'ci-issuer-metadata': {
      [PROVIDER]: {
        'default-template-values': { url: 'https://github.com' },
        'extension-templates': {
          'build-signer-uri': '{{ .url }}/{{ .job_workflow_ref }}',
          'build-signer-digest': 'job_workflow_sha',
          'runner-environment': 'runner_environment',
          'source-repository-uri': '{{ .url }}/{{ .repository }}',
          'source-repository-digest': 'sha',
          'source-repository-ref': 'ref',
          'source-repository-identifier': 'repository_id',
          'source-repository-owner-uri': '{{ .url }}/{{ .repository_owner }}',
          'source-repository-owner-identifier': 'repository_owner_id',
          'build-config-uri': '{{ .url }}/{{ .workflow_ref }}',
          'build-config-digest': 'workflow_sha',
          'build-trigger': 'event_name',
          'run-invocation-uri':
            '{{ .url }}/{{ .repository }}/actions/runs/{{ .run_id }}/attempts/{{ .run_attempt }}',
          'source-repository-visibility-at-signing': 'repository_visibility',
        },
        'subject-alternative-name-template': '{{ .url }}/{{ .job_workflow_ref }}',
      },
    },
  });
}
