import { type Args, hasFlag, leadingWords, names } from './arguments.js';
import { isRehearsal, printsAboutItself } from './effects.js';
import { noFacts, type OwnCommand, type OwnFacts, ownCommand, ownConsumption } from './own.js';
import { unwrap } from './wrappers.js';

/** What a command does with a credential that is not there. */
export interface Consumption {
  /** Environment variables read as credentials; empty where it takes them from arguments, stdin or a file only. */
  readonly reads: readonly string[];
  /**
   * The same variables in groups: within a group any one is enough (`GH_TOKEN` or `GITHUB_TOKEN`), and a
   * group of which the script sets none does not count.
   */
  readonly anyOf: readonly (readonly string[])[];
  /** Whether the command ends non-zero when the credential is missing or the empty string. */
  readonly whenMissing: 'fails' | 'goes-on';
  /** True where it goes on *and* still does its work (an optional build argument): nothing is lost. */
  readonly workDone: boolean;
  /** Why, in words that fit into a message after the command's name. */
  readonly reason: string;
  readonly source: string;
  /** True where the source was opened and read when the fact was written; else it is common knowledge of the tool. */
  readonly checked: boolean;
}

interface CredentialRow {
  readonly commands: readonly string[];
  /** Subcommands (one to three words) that the fact is about; absent: all but those in `except`. */
  readonly words?: readonly string[];
  readonly except?: readonly string[];
  /** One of these flags must be there. */
  readonly flags?: readonly string[];
  /** With one of these flags the fact does not hold, and nothing is known. */
  readonly unlessFlags?: readonly string[];
  /** With one of these flags it is the other way round: `fails` for a command that goes on, and back. */
  readonly turnedBy?: readonly string[];
  /** A dry run needs no credential. */
  readonly rehearsesOffline?: boolean;
  readonly anyOf?: readonly string[];
  readonly whenMissing: 'fails' | 'goes-on';
  readonly workDone?: boolean;
  readonly reason: string;
  readonly source: string;
  readonly checked?: true;
}

const aboutItself = names('version help completion info');
const awsKeys = names('AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY');
const npmTokens = 'NODE_AUTH_TOKEN NPM_TOKEN NPM_AUTH_TOKEN';

/** The first row that fits a command line counts. `anyOf` holds one group a line. */
export const credentialRows: readonly CredentialRow[] = [
  // Forges
  {
    commands: ['gh'],
    except: [...aboutItself, 'config', 'alias', 'extension'],
    anyOf: ['GH_TOKEN GITHUB_TOKEN GH_ENTERPRISE_TOKEN GITHUB_ENTERPRISE_TOKEN'],
    whenMissing: 'fails',
    reason: 'asks for GH_TOKEN and ends with status 4',
    source: 'GitHub CLI manual, «gh help environment» and «gh help exit-codes»',
  },
  {
    commands: ['glab'],
    except: [...aboutItself, 'config', 'alias'],
    anyOf: ['GITLAB_TOKEN GITLAB_ACCESS_TOKEN OAUTH_TOKEN'],
    whenMissing: 'fails',
    reason: 'ends with an authentication error',
    source: 'GitLab CLI documentation, «Environment variables»',
  },
  {
    commands: ['tea'],
    except: aboutItself,
    anyOf: ['GITEA_SERVER_TOKEN'],
    whenMissing: 'fails',
    reason: 'finds no login and ends with an error',
    source: 'gitea/tea docs/CLI.md, «login add»',
  },
  {
    commands: ['hub'],
    words: names('api release pull-request issue create fork ci-status'),
    anyOf: ['GITHUB_TOKEN'],
    whenMissing: 'fails',
    reason: 'cannot ask for a user name without a terminal and ends with an error',
    source: 'hub(1), «GitHub OAuth authentication»',
  },
  {
    commands: ['git'],
    words: names('push'),
    whenMissing: 'fails',
    reason: 'ends with 128 when the server refuses it',
    source: 'git-push(1); gitcredentials(7)',
  },
  {
    commands: ['git'],
    words: names('clone fetch pull ls-remote'),
    whenMissing: 'fails',
    reason: 'ends with 128 when the password in the address is empty',
    source: 'gitcredentials(7): without a terminal nobody can be asked',
  },
  {
    commands: ['git'],
    words: names('config remote'),
    whenMissing: 'goes-on',
    reason: 'stores an empty value as readily as any other',
    source: 'git-config(1)',
  },
  {
    commands: ['find'],
    flags: ['-exec', '-execdir', '-ok', '-okdir'],
    whenMissing: 'goes-on',
    reason: 'does not care how the commands end that it runs',
    source: 'find(1), «-exec command ;» and EXIT STATUS',
  },
  {
    commands: ['renovate'],
    anyOf: ['RENOVATE_TOKEN'],
    whenMissing: 'fails',
    reason: 'ends with a fatal error when it has no token for the platform',
    source: 'Renovate documentation, «Self-hosted configuration», token',
  },
  {
    commands: ['reviewdog'],
    anyOf: ['REVIEWDOG_GITHUB_API_TOKEN REVIEWDOG_GITLAB_API_TOKEN REVIEWDOG_TOKEN'],
    unlessFlags: ['-reporter=local', '--reporter=local'],
    whenMissing: 'fails',
    reason: 'ends with an error when its reporter has no token',
    source: 'reviewdog/reviewdog README, «Reporters»',
  },

  // Package registries
  {
    commands: ['npm', 'pnpm', 'bun'],
    words: names('publish unpublish deprecate dist-tag whoami owner access team'),
    rehearsesOffline: true,
    anyOf: [npmTokens],
    whenMissing: 'fails',
    reason: 'ends with ENEEDAUTH or a 401',
    source: 'npm documentation, «npm publish»; npm/cli lib/commands/publish.js (ENEEDAUTH)',
  },
  {
    commands: ['npm', 'pnpm', 'yarn'],
    words: ['config', 'set', 'config set'],
    whenMissing: 'goes-on',
    reason: 'stores an empty value as readily as any other',
    source: 'npm documentation, «npm config»',
  },
  {
    commands: ['yarn'],
    words: ['publish', 'npm publish', 'npm whoami', 'npm tag'],
    rehearsesOffline: true,
    anyOf: [`YARN_NPM_AUTH_TOKEN ${npmTokens}`],
    whenMissing: 'fails',
    reason: 'ends with an authentication error',
    source: 'Yarn documentation, «yarn npm publish» and npmAuthToken',
  },
  {
    commands: ['semantic-release'],
    anyOf: ['GH_TOKEN GITHUB_TOKEN GL_TOKEN GITLAB_TOKEN GITEA_TOKEN BB_TOKEN BITBUCKET_TOKEN', npmTokens],
    whenMissing: 'fails',
    reason: 'its plugins verify their tokens first (ENOGHTOKEN, ENONPMTOKEN)',
    source: 'semantic-release documentation, «CI configuration»; semantic-release/github README',
  },
  {
    commands: ['changeset'],
    words: ['publish'],
    anyOf: [npmTokens],
    whenMissing: 'fails',
    reason: 'ends with 1 when a package could not be published',
    source: 'changesets/changesets packages/cli/src/commands/publish',
  },
  {
    commands: ['lerna'],
    words: ['publish'],
    anyOf: [npmTokens],
    whenMissing: 'fails',
    reason: 'ends with ENEEDAUTH',
    source: 'lerna/lerna libs/commands/publish README',
  },
  {
    commands: ['lerna'],
    words: ['version'],
    flags: ['--create-release'],
    anyOf: ['GH_TOKEN GL_TOKEN'],
    whenMissing: 'fails',
    reason: 'wants GH_TOKEN or GL_TOKEN for --create-release',
    source: 'lerna/lerna libs/commands/version README, --create-release',
  },
  {
    commands: ['goreleaser'],
    words: ['release', 'publish', 'announce', 'continue'],
    rehearsesOffline: true,
    anyOf: ['GITHUB_TOKEN GITLAB_TOKEN GITEA_TOKEN'],
    whenMissing: 'fails',
    reason: 'ends with missing GITHUB_TOKEN, GITLAB_TOKEN and GITEA_TOKEN',
    source: 'GoReleaser documentation, «SCM» and «errors/multiple-tokens»',
  },
  {
    commands: ['twine'],
    words: ['upload', 'register'],
    anyOf: ['TWINE_PASSWORD'],
    whenMissing: 'fails',
    reason: 'prompts for the password and ends when there is no terminal, or gets a 403',
    source: 'Twine documentation, «Environment variables»',
  },
  {
    commands: ['poetry'],
    words: ['publish'],
    rehearsesOffline: true,
    anyOf: ['POETRY_PYPI_TOKEN_PYPI POETRY_HTTP_BASIC_PYPI_PASSWORD'],
    whenMissing: 'fails',
    reason: 'ends with an upload error (403)',
    source: 'Poetry documentation, «Configuring credentials»',
  },
  {
    commands: ['uv'],
    words: ['publish'],
    rehearsesOffline: true,
    anyOf: ['UV_PUBLISH_TOKEN UV_PUBLISH_PASSWORD'],
    whenMissing: 'fails',
    reason: 'ends with an upload error',
    source: 'uv documentation, «Environment variables», UV_PUBLISH_TOKEN',
  },
  {
    commands: ['hatch'],
    words: ['publish'],
    anyOf: ['HATCH_INDEX_AUTH'],
    whenMissing: 'fails',
    reason: 'ends with missing required option: auth',
    source: 'Hatch documentation, «Publishing», authentication',
  },
  {
    commands: ['pdm'],
    words: ['publish'],
    anyOf: ['PDM_PUBLISH_PASSWORD'],
    whenMissing: 'fails',
    reason: 'ends with an upload error',
    source: 'PDM documentation, «Build and publish»',
  },
  {
    commands: ['flit'],
    words: ['publish'],
    anyOf: ['FLIT_PASSWORD'],
    whenMissing: 'fails',
    reason: 'ends with an upload error',
    source: 'Flit documentation, «Uploading»',
  },
  {
    commands: ['maturin'],
    words: ['publish', 'upload'],
    anyOf: ['MATURIN_PYPI_TOKEN MATURIN_PASSWORD'],
    whenMissing: 'fails',
    reason: 'ends with an upload error',
    source: 'Maturin user guide, «Distribution»',
  },
  {
    commands: ['cargo'],
    words: ['publish', 'yank', 'owner'],
    rehearsesOffline: true,
    anyOf: ['CARGO_REGISTRY_TOKEN'],
    whenMissing: 'fails',
    reason: 'ends with no token found',
    source: 'The Cargo Book, «cargo publish» and «Environment variables»',
  },
  {
    commands: ['gem'],
    words: ['push', 'yank', 'owner'],
    anyOf: ['GEM_HOST_API_KEY'],
    whenMissing: 'fails',
    reason: 'asks to sign in and ends with an error',
    source: 'RubyGems guides, «Command reference», gem push',
  },
  {
    commands: ['dotnet'],
    words: ['nuget push', 'nuget delete'],
    whenMissing: 'fails',
    reason: 'ends with an error on 401 and 403',
    source: 'Microsoft Learn, «dotnet nuget push»',
  },
  {
    commands: ['nuget'],
    words: ['push'],
    whenMissing: 'fails',
    reason: 'ends with an error on 401 and 403',
    source: 'Microsoft Learn, «NuGet CLI push»',
  },
  {
    commands: ['mvn', 'mvnw'],
    words: ['deploy', 'deploy:deploy', 'site-deploy'],
    whenMissing: 'fails',
    reason: 'ends with a failed transfer (401)',
    source: 'Apache Maven Deploy Plugin, «Usage»',
  },
  {
    commands: ['mvn', 'mvnw'],
    words: ['sonar:sonar'],
    anyOf: ['SONAR_TOKEN'],
    whenMissing: 'fails',
    reason: 'ends with not authorized',
    source: 'SonarQube documentation, «SonarScanner for Maven»',
  },
  {
    commands: ['gradle', 'gradlew'],
    words: names('publish publishToSonatype publishAllPublicationsToMavenCentralRepository publishPlugins'),
    rehearsesOffline: true,
    whenMissing: 'fails',
    reason: 'ends with a failed publication (401)',
    source: 'Gradle user manual, «Maven Publish Plugin»',
  },
  {
    commands: ['vsce'],
    words: ['publish', 'unpublish'],
    anyOf: ['VSCE_PAT'],
    whenMissing: 'fails',
    reason: 'ends with an error without a personal access token',
    source: 'Visual Studio Code documentation, «Publishing extensions»',
  },
  {
    commands: ['ovsx'],
    words: ['publish'],
    anyOf: ['OVSX_PAT'],
    whenMissing: 'fails',
    reason: 'ends with an error without a personal access token',
    source: 'eclipse/openvsx cli/README',
  },
  {
    commands: ['web-ext'],
    words: ['sign'],
    anyOf: ['WEB_EXT_API_KEY', 'WEB_EXT_API_SECRET'],
    whenMissing: 'fails',
    reason: 'ends with a usage error without its API key',
    source: 'Firefox Extension Workshop, «web-ext command reference», sign',
  },
  {
    commands: ['snapcraft'],
    words: ['upload', 'push', 'release', 'upload-metadata'],
    anyOf: ['SNAPCRAFT_STORE_CREDENTIALS'],
    whenMissing: 'fails',
    reason: 'ends with credentials not found',
    source: 'Snapcraft documentation, «Snapcraft authentication»',
  },
  {
    commands: ['butler'],
    words: ['push'],
    anyOf: ['BUTLER_API_KEY'],
    whenMissing: 'fails',
    reason: 'waits for a login that cannot come, or ends with an error',
    source: 'itch.io butler manual, «Logging in»',
  },
  {
    commands: ['buf'],
    words: ['push'],
    anyOf: ['BUF_TOKEN'],
    whenMissing: 'fails',
    reason: 'ends with not authenticated',
    source: 'Buf documentation, «Registry authentication»',
  },

  // Container images and charts
  {
    commands: ['docker', 'podman', 'nerdctl', 'buildah'],
    words: ['login'],
    whenMissing: 'fails',
    reason: 'refuses an empty password, or the registry does (401)',
    source: 'Docker documentation, «docker login»',
  },
  {
    commands: ['docker', 'podman', 'nerdctl', 'buildah', 'docker-compose'],
    words: ['push', 'image push', 'compose push', 'manifest push', 'buildx imagetools create'],
    whenMissing: 'fails',
    reason: 'ends with denied when it is not logged in',
    source: 'Docker documentation, «docker image push»',
  },
  {
    commands: ['docker', 'podman', 'nerdctl', 'buildah'],
    words: ['build', 'buildx build', 'image build', 'bud'],
    unlessFlags: ['--push'],
    whenMissing: 'goes-on',
    workDone: true,
    reason: 'takes an empty build argument or secret as readily as any other',
    source: 'Docker documentation, «docker buildx build», --build-arg and --secret',
  },
  {
    commands: ['docker', 'podman'],
    words: ['buildx build', 'build'],
    flags: ['--push'],
    whenMissing: 'fails',
    reason: 'ends with denied when it is not logged in',
    source: 'Docker documentation, «docker buildx build», --push',
  },
  {
    commands: ['skopeo', 'oras', 'crane', 'regctl'],
    words: ['login', 'auth login', 'push', 'copy', 'sync', 'registry login', 'attach'],
    whenMissing: 'fails',
    reason: 'ends with an error when the registry refuses it',
    source: 'skopeo(1), skopeo-copy(1); ORAS documentation, «oras push»',
  },
  {
    commands: ['helm'],
    words: ['push', 'registry login', 'cm-push'],
    whenMissing: 'fails',
    reason: 'ends with an error when the registry refuses it',
    source: 'Helm documentation, «Use OCI-based registries»',
  },
  {
    commands: ['cosign'],
    words: ['sign', 'sign-blob', 'attest', 'attest-blob'],
    anyOf: ['COSIGN_PRIVATE_KEY', 'COSIGN_PASSWORD'],
    whenMissing: 'fails',
    reason: 'cannot read or open its key',
    source: 'Sigstore documentation, «Signing with self-managed keys»',
  },

  // Clouds and clusters
  {
    commands: ['aws'],
    words: ['configure', 'configure set'],
    whenMissing: 'goes-on',
    reason: 'stores an empty value as readily as any other',
    source: 'AWS CLI reference, «configure set»',
  },
  {
    commands: ['aws', 'eksctl', 'ecs-cli', 'eb', 'copilot', 's5cmd'],
    except: aboutItself,
    unlessFlags: ['--no-sign-request'],
    anyOf: awsKeys,
    whenMissing: 'fails',
    reason: 'ends with unable to locate credentials',
    source: 'AWS CLI user guide, «Environment variables» and «Return codes» (253)',
  },
  {
    commands: ['sam', 'cdk', 'sst', 'amplify'],
    words: names('deploy bootstrap destroy diff publish push delete sync package'),
    anyOf: awsKeys,
    whenMissing: 'fails',
    reason: 'ends with an error when it finds no AWS credentials',
    source: 'AWS CDK developer guide, «Configure security credentials»; AWS SAM CLI reference',
  },
  {
    commands: ['serverless', 'sls'],
    words: names('deploy remove info invoke logs rollback'),
    anyOf: ['SERVERLESS_ACCESS_KEY', ...awsKeys],
    whenMissing: 'fails',
    reason: 'ends with an error when it finds no credentials',
    source: 'Serverless Framework documentation, «AWS credentials» and «CI/CD»',
  },
  {
    commands: ['az'],
    words: ['storage'],
    anyOf: ['AZURE_STORAGE_CONNECTION_STRING AZURE_STORAGE_KEY AZURE_STORAGE_SAS_TOKEN'],
    whenMissing: 'fails',
    reason: 'ends with an error when it finds no storage credentials',
    source: 'Microsoft Learn, «Authorize access to blob data with Azure CLI»',
  },
  {
    commands: ['az'],
    words: ['devops', 'pipelines', 'repos', 'boards', 'artifacts'],
    anyOf: ['AZURE_DEVOPS_EXT_PAT'],
    whenMissing: 'fails',
    reason: 'ends with an error without a personal access token',
    source: 'Microsoft Learn, «Sign in with a personal access token», Azure DevOps CLI',
  },
  {
    commands: ['az'],
    except: [...aboutItself, 'config', 'configure', 'extension', 'cloud', 'bicep'],
    whenMissing: 'fails',
    reason: 'ends with please run az login',
    source: 'Microsoft Learn, «Azure CLI authentication» and exit codes',
  },
  {
    commands: ['gcloud'],
    words: ['config', 'components', 'config set'],
    whenMissing: 'goes-on',
    reason: 'stores what it is given',
    source: 'Google Cloud SDK reference, «gcloud config set»',
  },
  {
    commands: ['gcloud', 'gsutil', 'bq'],
    except: aboutItself,
    anyOf: ['CLOUDSDK_AUTH_ACCESS_TOKEN CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE'],
    whenMissing: 'fails',
    reason: 'ends with you do not currently have an active account selected',
    source: 'Google Cloud SDK documentation, «Authorize the gcloud CLI»',
  },
  {
    commands: ['doctl'],
    except: aboutItself,
    anyOf: ['DIGITALOCEAN_ACCESS_TOKEN DIGITALOCEAN_TOKEN'],
    whenMissing: 'fails',
    reason: 'ends with access token is required',
    source: 'digitalocean/doctl README, «Authenticating»',
  },
  {
    commands: ['hcloud'],
    except: [...aboutItself, 'context', 'config'],
    anyOf: ['HCLOUD_TOKEN'],
    whenMissing: 'fails',
    reason: 'ends with no active context or token',
    source: 'hetznercloud/cli README, «Configure hcloud»',
  },
  {
    commands: ['linode-cli'],
    anyOf: ['LINODE_CLI_TOKEN'],
    whenMissing: 'fails',
    reason: 'wants to be configured and ends',
    source: 'linode/linode-cli wiki, «Configuration»',
  },
  {
    commands: ['scw'],
    except: [...aboutItself, 'config'],
    anyOf: ['SCW_SECRET_KEY', 'SCW_ACCESS_KEY'],
    whenMissing: 'fails',
    reason: 'ends with an error without its keys',
    source: 'scaleway/scaleway-cli docs, «Configuration»',
  },
  {
    commands: ['ibmcloud'],
    words: ['login'],
    anyOf: ['IBMCLOUD_API_KEY'],
    whenMissing: 'fails',
    reason: 'prompts and ends when there is no terminal',
    source: 'IBM Cloud CLI reference, «ibmcloud login»',
  },
  {
    commands: ['openstack', 'swift'],
    anyOf: ['OS_PASSWORD OS_APPLICATION_CREDENTIAL_SECRET OS_TOKEN'],
    whenMissing: 'fails',
    reason: 'ends with missing value auth-url or a 401',
    source: 'OpenStackClient manual, «Authentication»',
  },
  {
    commands: ['kubectl', 'helm', 'helmfile', 'flux', 'istioctl', 'linkerd', 'velero', 'stern'],
    except: [
      ...aboutItself,
      ...names(
        'config kustomize api-resources explain repo dependency dep lint template package pull plugin',
      ),
    ],
    anyOf: ['KUBECONFIG'],
    whenMissing: 'fails',
    reason: 'finds no cluster and is refused at localhost:8080',
    source: 'Kubernetes documentation, «Organizing cluster access using kubeconfig files»',
  },
  {
    commands: ['oc'],
    except: aboutItself,
    anyOf: ['KUBECONFIG'],
    whenMissing: 'fails',
    reason: 'ends with an error when it is not logged in',
    source: 'OpenShift documentation, «Getting started with the OpenShift CLI»',
  },
  {
    commands: ['argocd'],
    except: aboutItself,
    anyOf: ['ARGOCD_AUTH_TOKEN'],
    whenMissing: 'fails',
    reason: 'ends with an authentication error',
    source: 'Argo CD documentation, «Environment variables»',
  },
  {
    commands: ['terraform', 'terragrunt'],
    words: names('plan apply destroy import refresh run-all'),
    anyOf: [
      ...awsKeys,
      'ARM_CLIENT_SECRET ARM_CLIENT_CERTIFICATE ARM_ACCESS_KEY ARM_OIDC_TOKEN',
      'GOOGLE_CREDENTIALS GOOGLE_APPLICATION_CREDENTIALS GOOGLE_OAUTH_ACCESS_TOKEN',
      'CLOUDFLARE_API_TOKEN CLOUDFLARE_API_KEY',
      'DIGITALOCEAN_TOKEN DIGITALOCEAN_ACCESS_TOKEN',
      'HCLOUD_TOKEN',
      'GITHUB_TOKEN',
      'TF_TOKEN_app_terraform_io TFE_TOKEN',
      'VAULT_TOKEN',
    ],
    whenMissing: 'fails',
    reason: 'ends with an error of the provider that finds no credentials',
    source:
      'Terraform registry, the providers’ pages on authentication; Terraform CLI, «Environment variables»',
  },
  {
    commands: ['terraform'],
    words: ['init', 'login'],
    anyOf: [
      'TF_TOKEN_app_terraform_io',
      ...awsKeys,
      'ARM_CLIENT_SECRET ARM_ACCESS_KEY',
      'GOOGLE_CREDENTIALS',
    ],
    whenMissing: 'fails',
    reason: 'cannot open its remote state',
    source: 'Terraform documentation, «Backend configuration»',
  },
  {
    commands: ['pulumi'],
    except: [...aboutItself, 'about', 'plugin', 'install'],
    anyOf: ['PULUMI_ACCESS_TOKEN', 'PULUMI_CONFIG_PASSPHRASE PULUMI_CONFIG_PASSPHRASE_FILE'],
    whenMissing: 'fails',
    reason: 'ends with PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions',
    source: 'Pulumi documentation, «pulumi login» and «Environment variables»',
  },

  // Deployment platforms
  {
    commands: ['flyctl'],
    except: [...aboutItself, 'doctor'],
    anyOf: ['FLY_API_TOKEN FLY_ACCESS_TOKEN'],
    whenMissing: 'fails',
    reason: 'ends with no access token available',
    source: 'Fly.io documentation, «Access tokens» and «Continuous deployment with GitHub Actions»',
  },
  {
    commands: ['vercel', 'now'],
    except: aboutItself,
    anyOf: ['VERCEL_TOKEN'],
    whenMissing: 'fails',
    reason: 'ends with no existing credentials found, or refuses an empty --token',
    source: 'Vercel documentation, «vercel CLI global options», --token',
  },
  {
    commands: ['netlify'],
    words: names('deploy api env sites functions:invoke link status'),
    anyOf: ['NETLIFY_AUTH_TOKEN'],
    whenMissing: 'fails',
    reason: 'wants a browser login that cannot come and ends',
    source: 'Netlify documentation, «Get started with Netlify CLI», NETLIFY_AUTH_TOKEN',
  },
  {
    commands: ['wrangler'],
    except: [...aboutItself, 'dev', 'types', 'init', 'docs'],
    rehearsesOffline: true,
    anyOf: ['CLOUDFLARE_API_TOKEN CF_API_TOKEN CLOUDFLARE_API_KEY'],
    whenMissing: 'fails',
    reason: 'ends with it is necessary to set a CLOUDFLARE_API_TOKEN environment variable',
    source: 'Cloudflare documentation, «Wrangler system environment variables»',
  },
  {
    commands: ['cloudflared'],
    words: ['tunnel'],
    anyOf: ['TUNNEL_TOKEN'],
    whenMissing: 'fails',
    reason: 'ends with an error without a tunnel token',
    source: 'Cloudflare documentation, «Tunnel run parameters»',
  },
  {
    commands: ['heroku'],
    except: aboutItself,
    anyOf: ['HEROKU_API_KEY'],
    whenMissing: 'fails',
    reason: 'ends with not logged in',
    source: 'Heroku Dev Center, «Heroku CLI authentication»',
  },
  {
    commands: ['railway'],
    except: aboutItself,
    anyOf: ['RAILWAY_TOKEN RAILWAY_API_TOKEN'],
    whenMissing: 'fails',
    reason: 'ends with unauthorized',
    source: 'Railway documentation, «Using the CLI», tokens',
  },
  {
    commands: ['render'],
    except: aboutItself,
    anyOf: ['RENDER_API_KEY'],
    whenMissing: 'fails',
    reason: 'ends with an authentication error',
    source: 'Render documentation, «The Render CLI»',
  },
  {
    commands: ['firebase'],
    except: [...aboutItself, 'emulators:start', 'emulators:exec'],
    anyOf: ['FIREBASE_TOKEN GOOGLE_APPLICATION_CREDENTIALS'],
    whenMissing: 'fails',
    reason: 'ends with failed to authenticate, have you run firebase login?',
    source: 'Firebase documentation, «Firebase CLI reference», CI systems',
  },
  {
    commands: ['supabase'],
    words: names('link functions secrets projects branches config storage domains').concat([
      'db push',
      'db pull',
      'db dump',
    ]),
    anyOf: ['SUPABASE_ACCESS_TOKEN', 'SUPABASE_DB_PASSWORD'],
    whenMissing: 'fails',
    reason: 'ends with access token not provided or a refused connection',
    source: 'Supabase documentation, «CLI reference» and «Managing environments»',
  },
  {
    commands: ['eas', 'expo'],
    except: [...aboutItself, 'doctor', 'export', 'prebuild', 'install', 'start'],
    anyOf: ['EXPO_TOKEN'],
    whenMissing: 'fails',
    reason: 'ends with an Expo user account is required',
    source: 'Expo documentation, «Programmatic access»',
  },
  {
    commands: ['shopify'],
    words: ['theme', 'app', 'hydrogen'],
    anyOf: ['SHOPIFY_CLI_THEME_TOKEN', 'SHOPIFY_CLI_PARTNERS_TOKEN', 'SHOPIFY_HYDROGEN_DEPLOYMENT_TOKEN'],
    whenMissing: 'fails',
    reason: 'ends with an authentication error',
    source: 'Shopify CLI documentation, «Use Shopify CLI in CI/CD»',
  },
  {
    commands: ['sanity'],
    words: ['deploy', 'dataset', 'graphql', 'cors'],
    anyOf: ['SANITY_AUTH_TOKEN'],
    whenMissing: 'fails',
    reason: 'ends with you must login first',
    source: 'Sanity documentation, «CLI authentication»',
  },
  {
    commands: ['rover'],
    words: ['subgraph', 'graph', 'supergraph'],
    anyOf: ['APOLLO_KEY'],
    whenMissing: 'fails',
    reason: 'ends with an error without a valid API key',
    source: 'Apollo documentation, «Configuring Rover»',
  },
  {
    commands: ['hasura'],
    words: ['deploy', 'migrate', 'metadata', 'seed'],
    anyOf: ['HASURA_GRAPHQL_ADMIN_SECRET'],
    whenMissing: 'fails',
    reason: 'ends with invalid admin-secret',
    source: 'Hasura documentation, «CLI commands», --admin-secret',
  },
  {
    commands: ['fastlane'],
    anyOf: [
      'MATCH_PASSWORD',
      'FASTLANE_PASSWORD FASTLANE_SESSION APP_STORE_CONNECT_API_KEY APP_STORE_CONNECT_API_KEY_KEY APP_STORE_CONNECT_API_KEY_PATH',
      'SUPPLY_JSON_KEY SUPPLY_JSON_KEY_DATA',
    ],
    whenMissing: 'fails',
    reason: 'cannot ask for it in CI mode and ends with an error',
    source: 'fastlane documentation, «Continuous integration», environment variables',
  },
  {
    commands: ['xcrun'],
    words: ['altool', 'notarytool'],
    whenMissing: 'fails',
    reason: 'ends with an authentication error',
    source: 'Apple developer documentation, «Customizing the notarization workflow»',
  },

  // Secret stores
  {
    commands: ['vault'],
    except: [...aboutItself, 'status'],
    anyOf: ['VAULT_TOKEN'],
    whenMissing: 'fails',
    reason: 'ends with missing client token or permission denied',
    source: 'Vault documentation, «Commands (CLI)», environment variables and exit codes',
  },
  {
    commands: ['doppler'],
    except: [...aboutItself, 'configure', 'update'],
    anyOf: ['DOPPLER_TOKEN'],
    whenMissing: 'fails',
    reason: 'ends with you must provide a token',
    source: 'Doppler documentation, «Service tokens»',
  },
  {
    commands: ['infisical'],
    except: [...aboutItself, 'scan'],
    anyOf: ['INFISICAL_TOKEN', 'INFISICAL_UNIVERSAL_AUTH_CLIENT_SECRET'],
    whenMissing: 'fails',
    reason: 'ends with an error when it is not logged in',
    source: 'Infisical documentation, «CLI: run» and «CLI: login»',
  },
  {
    commands: ['op'],
    except: aboutItself,
    anyOf: ['OP_SERVICE_ACCOUNT_TOKEN OP_CONNECT_TOKEN'],
    whenMissing: 'fails',
    reason: 'ends with no accounts configured',
    source: '1Password developer documentation, «Service accounts with the CLI»',
  },
  {
    commands: ['bws'],
    except: aboutItself,
    anyOf: ['BWS_ACCESS_TOKEN'],
    whenMissing: 'fails',
    reason: 'ends with missing access token',
    source: 'Bitwarden documentation, «Secrets Manager CLI»',
  },
  {
    commands: ['sops'],
    anyOf: ['SOPS_AGE_KEY SOPS_AGE_KEY_FILE'],
    whenMissing: 'fails',
    reason: 'cannot get the data key and ends with an error',
    source: 'getsops/sops README, «Encrypting using age» and exit statuses',
  },
  {
    commands: ['ansible-vault', 'ansible-playbook', 'ansible'],
    anyOf: ['ANSIBLE_VAULT_PASSWORD_FILE'],
    whenMissing: 'fails',
    reason: 'ends with an error when it cannot decrypt, or cannot reach the hosts',
    source: 'Ansible documentation, «Managing vault passwords»',
  },
  {
    commands: ['gpg', 'gpg2'],
    whenMissing: 'fails',
    reason: 'ends with 2: no valid OpenPGP data, no secret key or a bad passphrase',
    source: 'GnuPG manual, «Return value»',
  },
  {
    commands: ['ssh-add'],
    whenMissing: 'fails',
    reason: 'ends with 1 when the key it is given is empty',
    source: 'ssh-add(1), exit status',
  },
  {
    commands: ['jf'],
    except: [...aboutItself, 'c', 'config'],
    whenMissing: 'fails',
    reason: 'ends with an error when no server is configured or it answers 401',
    source: 'JFrog documentation, «JFrog CLI configuration»',
  },

  // Remote shells and copies
  {
    commands: ['ssh', 'scp', 'sftp', 'rsync', 'autossh', 'mosh', 'lftp'],
    whenMissing: 'fails',
    reason: 'ends with 255 (or 12) when the host or the key is missing',
    source: 'ssh(1), exit status; rsync(1), exit values',
  },
  {
    commands: ['sshpass'],
    anyOf: ['SSHPASS'],
    whenMissing: 'fails',
    reason: 'ends with 5 for a wrong password',
    source: 'sshpass(1), return values',
  },
  {
    commands: ['mc', 'mcli'],
    except: aboutItself,
    whenMissing: 'fails',
    reason: 'ends with an error when it has no valid alias or is denied',
    source: 'MinIO documentation, «mc alias set»',
  },
  {
    commands: ['s3cmd'],
    anyOf: awsKeys,
    whenMissing: 'fails',
    reason: 'ends with 77 or 78 without keys',
    source: 's3tools/s3cmd S3/ExitCodes.py',
  },
  {
    commands: ['rclone'],
    except: [...aboutItself, 'config', 'listremotes', 'obscure'],
    anyOf: ['RCLONE_CONFIG_PASS'],
    whenMissing: 'fails',
    reason: 'ends with a failed operation or didn’t find section in config file',
    source: 'rclone documentation, «Exit code»',
  },
  {
    commands: ['restic'],
    except: [...aboutItself, 'self-update'],
    anyOf: ['RESTIC_PASSWORD RESTIC_PASSWORD_FILE RESTIC_PASSWORD_COMMAND', 'RESTIC_REPOSITORY', ...awsKeys],
    whenMissing: 'fails',
    reason: 'ends with a fatal error for an empty password or repository',
    source: 'restic documentation, «Environment variables» and «Exit codes»',
  },
  {
    commands: ['borg'],
    anyOf: ['BORG_PASSPHRASE BORG_PASSCOMMAND'],
    whenMissing: 'fails',
    reason: 'ends with 2 for a wrong passphrase',
    source: 'Borg documentation, «Environment variables» and «Return codes»',
  },

  // Databases
  {
    commands: ['psql', 'pg_dump', 'pg_dumpall', 'pg_restore', 'pg_isready', 'createdb', 'dropdb', 'vacuumdb'],
    anyOf: ['PGPASSWORD PGPASSFILE PGSERVICEFILE', 'PGHOST PGHOSTADDR'],
    whenMissing: 'fails',
    reason: 'ends with 2 (or 1) when it cannot connect; an empty connection string means the local socket',
    source: 'PostgreSQL documentation, «psql», exit status; «libpq environment variables»',
  },
  {
    commands: ['mysql', 'mysqldump', 'mysqladmin', 'mariadb', 'mariadb-dump'],
    anyOf: ['MYSQL_PWD'],
    whenMissing: 'fails',
    reason: 'ends with 1 when access is denied',
    source: 'MySQL reference manual, «Environment variables» and «mysql»',
  },
  {
    commands: ['mongosh', 'mongodump', 'mongorestore', 'mongoimport', 'mongoexport'],
    whenMissing: 'fails',
    reason: 'ends with an error when it cannot connect or authenticate',
    source: 'MongoDB documentation, «mongodump» and «mongosh»',
  },
  {
    commands: ['redis-cli', 'valkey-cli'],
    turnedBy: ['-e'],
    anyOf: ['REDISCLI_AUTH'],
    whenMissing: 'goes-on',
    reason: 'prints NOAUTH and ends with 0 unless -e is given',
    source: 'redis/redis pull request 8136 (redis-cli -e)',
    checked: true,
  },
  {
    commands: ['sqlcmd'],
    anyOf: ['SQLCMDPASSWORD'],
    whenMissing: 'fails',
    reason: 'ends with 1 when the login fails',
    source: 'Microsoft Learn, «sqlcmd utility»',
  },
  {
    commands: ['flyway'],
    anyOf: ['FLYWAY_PASSWORD', 'FLYWAY_URL'],
    whenMissing: 'fails',
    reason: 'ends with an error when it cannot connect',
    source: 'Flyway documentation, «Environment variables»',
  },
  {
    commands: ['liquibase'],
    except: aboutItself,
    anyOf: ['LIQUIBASE_COMMAND_PASSWORD', 'LIQUIBASE_COMMAND_URL'],
    whenMissing: 'fails',
    reason: 'ends with an error when it cannot connect',
    source: 'Liquibase documentation, «Environment variables»',
  },
  {
    commands: ['prisma'],
    words: ['migrate', 'db', 'migrate deploy', 'db push'],
    anyOf: ['DATABASE_URL', 'DIRECT_URL'],
    whenMissing: 'fails',
    reason: 'ends with the environment variable resolved to an empty string',
    source: 'Prisma documentation, «Error message reference», P1012',
  },

  // Quality and coverage services
  {
    commands: ['codecov'],
    turnedBy: ['-Z', '--fail-on-error', '--nonZero'],
    anyOf: ['CODECOV_TOKEN'],
    whenMissing: 'goes-on',
    reason: 'logs that the upload failed and ends with 0 unless --fail-on-error is given',
    source: 'codecov/codecov-cli README, --fail-on-error; codecov/codecov-action issue 1348',
    checked: true,
  },
  {
    commands: ['coveralls', 'coveralls-reporter'],
    turnedBy: ['--no-fail'],
    anyOf: ['COVERALLS_REPO_TOKEN'],
    whenMissing: 'fails',
    reason: 'ends with an error without a repository token',
    source: 'coverallsapp/coverage-reporter README, --no-fail',
  },
  {
    commands: ['sentry-cli'],
    except: aboutItself,
    turnedBy: ['--allow-failure'],
    anyOf: ['SENTRY_AUTH_TOKEN'],
    whenMissing: 'fails',
    reason: 'ends with auth token is required for this request',
    source: 'Sentry documentation, «sentry-cli configuration and authentication»',
  },
  {
    commands: ['snyk'],
    except: [...aboutItself, 'config'],
    anyOf: ['SNYK_TOKEN'],
    whenMissing: 'fails',
    reason: 'ends with 2: authentication error',
    source: 'Snyk documentation, «Snyk CLI exit codes» and SNYK_TOKEN',
  },
  {
    commands: ['sonar-scanner', 'sonar'],
    anyOf: ['SONAR_TOKEN'],
    whenMissing: 'fails',
    reason: 'ends with not authorized',
    source: 'SonarQube documentation, «SonarScanner CLI»',
  },
  {
    commands: ['fossa'],
    except: aboutItself,
    unlessFlags: ['--output', '-o'],
    anyOf: ['FOSSA_API_KEY'],
    whenMissing: 'fails',
    reason: 'ends with an API key is required',
    source: 'fossas/fossa-cli docs, «Configuration»',
  },
  {
    commands: ['semgrep'],
    words: ['ci'],
    unlessFlags: ['--config', '-c'],
    anyOf: ['SEMGREP_APP_TOKEN'],
    whenMissing: 'fails',
    reason: 'ends with run semgrep login before using semgrep ci',
    source: 'Semgrep documentation, «Semgrep CI environment variables»',
  },
  {
    commands: ['datadog-ci'],
    except: aboutItself,
    anyOf: ['DATADOG_API_KEY DD_API_KEY'],
    whenMissing: 'fails',
    reason: 'ends with an error when DATADOG_API_KEY and DD_API_KEY are both missing',
    source: 'DataDog/datadog-ci README of each command, «Environment variables»',
  },
  {
    commands: ['percy'],
    words: ['exec', 'snapshot', 'upload', 'app:exec', 'storybook'],
    anyOf: ['PERCY_TOKEN'],
    whenMissing: 'goes-on',
    reason:
      'logs Missing Percy token, skips the visual tests and ends with the status of the wrapped command',
    source: 'percy/cli issue 1181 and pull request 2371',
    checked: true,
  },
  {
    commands: ['percy'],
    words: ['build:finalize', 'build:wait'],
    anyOf: ['PERCY_TOKEN'],
    whenMissing: 'fails',
    reason: 'ends with Missing Percy token',
    source: 'element-hq/element-web issue 26348 (log of percy build:finalize)',
    checked: true,
  },
  {
    commands: ['chromatic'],
    anyOf: ['CHROMATIC_PROJECT_TOKEN'],
    whenMissing: 'fails',
    reason: 'ends with missing project token',
    source: 'Chromatic documentation, «CLI», exit codes',
  },
  {
    commands: ['argos'],
    words: ['upload', 'finalize'],
    anyOf: ['ARGOS_TOKEN'],
    whenMissing: 'fails',
    reason: 'ends with missing Argos repository token',
    source: 'Argos documentation, «Argos CLI»',
  },
  {
    commands: ['lhci'],
    anyOf: ['LHCI_GITHUB_APP_TOKEN LHCI_GITHUB_TOKEN'],
    whenMissing: 'goes-on',
    workDone: true,
    reason: 'runs the audits and leaves out the GitHub status',
    source: 'GoogleChrome/lighthouse-ci issue 144 (log of lhci autorun)',
    checked: true,
  },
  {
    commands: ['cypress'],
    words: ['run'],
    flags: ['--record'],
    anyOf: ['CYPRESS_RECORD_KEY'],
    whenMissing: 'fails',
    reason: 'ends with you passed the --record flag but did not provide us your record key',
    source: 'Cypress documentation, «Command line», cypress run --record',
  },
  {
    commands: ['turbo'],
    anyOf: ['TURBO_TOKEN'],
    whenMissing: 'goes-on',
    workDone: true,
    reason: 'runs its tasks without the remote cache',
    source: 'Turborepo documentation, «Remote caching»',
  },
  {
    commands: ['nx'],
    anyOf: ['NX_CLOUD_ACCESS_TOKEN NX_CLOUD_AUTH_TOKEN'],
    whenMissing: 'goes-on',
    workDone: true,
    reason: 'runs its tasks without the remote cache',
    source: 'Nx documentation, «Nx CLI and CI access tokens»',
  },
  {
    commands: ['crowdin'],
    except: aboutItself,
    rehearsesOffline: true,
    anyOf: ['CROWDIN_PERSONAL_TOKEN CROWDIN_TOKEN CROWDIN_API_TOKEN'],
    whenMissing: 'fails',
    reason: 'ends with a configuration error',
    source: 'Crowdin CLI documentation, «Configuration file»',
  },
  {
    commands: ['tx'],
    words: ['push', 'pull', 'add', 'delete'],
    anyOf: ['TX_TOKEN'],
    whenMissing: 'fails',
    reason: 'ends with an authentication error',
    source: 'transifex/cli README, «Environment variables»',
  },
  {
    commands: ['claude'],
    flags: ['-p', '--print'],
    anyOf: ['ANTHROPIC_API_KEY CLAUDE_CODE_OAUTH_TOKEN ANTHROPIC_AUTH_TOKEN'],
    whenMissing: 'fails',
    reason: 'ends with invalid API key',
    source: 'Claude Code documentation, «CLI reference» and «Environment variables»',
  },

  // Tools that take an empty value in their stride
  {
    commands: ['http', 'https'],
    turnedBy: ['--check-status', '--download', '-d'],
    whenMissing: 'goes-on',
    reason: 'ends with 0 on an HTTP error unless --check-status is given',
    source: 'HTTPie documentation, «Scripting» and «Download mode»; httpie/cli issue 1026',
  },
  {
    commands: ['base64', 'envsubst', 'tee', 'jq', 'yq', 'sed', 'awk', 'dd'],
    whenMissing: 'goes-on',
    reason: 'makes an empty result of an empty input',
    source: 'GNU coreutils, gettext, jq and sed manuals, «Exit status»',
  },
  {
    commands: ['pip', 'poetry', 'composer', 'bundle'],
    words: ['config', 'config set'],
    whenMissing: 'goes-on',
    reason: 'stores an empty value as readily as any other',
    source: 'Poetry documentation, «config»; Composer documentation, «config»',
  },
];

const rowsByCommand = groupByCommand(credentialRows);

function groupByCommand(rows: readonly CredentialRow[]): ReadonlyMap<string, readonly CredentialRow[]> {
  const groups = new Map<string, CredentialRow[]>();
  for (const row of rows) {
    for (const command of row.commands) {
      const group = groups.get(command);
      if (group) group.push(row);
      else groups.set(command, [row]);
    }
  }
  return groups;
}

/** Options that stand before the subcommand and take the next argument as their value. */
const globalValued: ReadonlySet<string> = new Set(
  names(`-C -c -R --repo --prefix -w --workspace --cwd --dir --filter -F --region --profile --project --account
    -n --namespace --context --kubeconfig --kube-context -t --token -e --env -a --app --host -H --chdir --stack
    --auth-token --org --git-dir --work-tree --config -f --file -p --project-name`),
);

/**
 * What a command does without its credential; null where nothing is known, or where it needs none.
 * `curl` and `wget` are not here: see `curlBehaviour`. Wrappers (`npx`, `sudo`) are looked through, and an
 * argument of unknown text never matches a subcommand or a flag.
 */
export function consumption(name: string, args: Args, own: OwnFacts = noFacts): Consumption | null {
  const inner = unwrap(name, args);
  if (inner === null || inner.name === null || printsAboutItself(inner.name, inner.args)) return null;
  const told = ownCommand(inner.name, inner.args, own, saysOfCredentials);
  if (told) return ownConsumption(told);
  const rows = rowsByCommand.get(inner.name);
  if (!rows) return null;
  const words = leadingWords(inner.args, globalValued, 3);
  const row = rows.find((candidate) => fits(candidate, words, inner.args));
  if (!row) return null;
  if (row.rehearsesOffline === true && isRehearsal(name, args)) return null;
  return describe(row, hasFlag(inner.args, row.turnedBy ?? []));
}

function saysOfCredentials({ reads, whenMissing }: OwnCommand): boolean {
  return reads.length > 0 || whenMissing !== null;
}

function fits(row: CredentialRow, words: Args, args: Args): boolean {
  if (row.words && !row.words.some((pattern) => startsWith(words, pattern))) return false;
  if (row.except?.some((pattern) => startsWith(words, pattern))) return false;
  if (row.flags && !hasFlag(args, row.flags)) return false;
  return !(row.unlessFlags && hasFlag(args, row.unlessFlags));
}

function startsWith(words: Args, pattern: string): boolean {
  return pattern.split(' ').every((word, index) => words[index] === word);
}

function describe(row: CredentialRow, turned: boolean): Consumption {
  const anyOf = (row.anyOf ?? []).map(names);
  const opposite = row.whenMissing === 'fails' ? 'goes-on' : 'fails';
  return {
    reads: anyOf.flat(),
    anyOf,
    whenMissing: turned ? opposite : row.whenMissing,
    workDone: row.workDone ?? false,
    reason: row.reason,
    source: row.source,
    checked: row.checked ?? false,
  };
}
