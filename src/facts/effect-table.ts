import { names } from './arguments.js';

/**
 * What a person loses when a command does not run: nothing outside the script's own variables and log
 * (`none`), a machine made ready for what follows (`prepares`), or the job's purpose (`work`).
 */
export type Effect = 'none' | 'prepares' | 'work';

/** The effects of one command's subcommands; the longest pattern that fits counts. */
export interface Subcommands {
  /** Options that stand before or between the words and take the next argument as their value. */
  readonly valued: ReadonlySet<string>;
  /** Effects by pattern: one to three words joined by a space. */
  readonly effects: ReadonlyMap<string, Effect>;
  readonly otherwise: Effect;
  /** The effect without any word: `yarn` alone installs. */
  readonly bare: Effect;
}

/** As it is written down: `valued` parted by spaces, the patterns by commas. */
interface SubcommandRow {
  readonly valued?: string;
  readonly none?: string;
  readonly prepares?: string;
  readonly work?: string;
  readonly otherwise?: Effect;
  readonly bare?: Effect;
}

function subcommands(row: SubcommandRow): Subcommands {
  const effects = new Map<string, Effect>();
  for (const pattern of patterns(row.none)) effects.set(pattern, 'none');
  for (const pattern of patterns(row.prepares)) effects.set(pattern, 'prepares');
  for (const pattern of patterns(row.work)) effects.set(pattern, 'work');
  const otherwise = row.otherwise ?? 'work';
  return { valued: new Set(names(row.valued ?? '')), effects, otherwise, bare: row.bare ?? otherwise };
}

function patterns(list: string | undefined): readonly string[] {
  return (list ?? '')
    .split(',')
    .map((pattern) => names(pattern).join(' '))
    .filter((pattern) => pattern !== '');
}

/**
 * Shell builtins, coreutils and the like that only compute or print. A package script may have any of these
 * names (`yarn test`), so they hold only for commands that the shell itself runs.
 */
export const shellNone: ReadonlySet<string> = new Set(
  names(`
    : true false echo printf test [ [[ exit return break continue shift local export declare typeset
    readonly unset set shopt alias unalias trap read mapfile readarray getopts let ulimit umask hash
    times type which whereis wait sleep cd pushd popd dirs pwd history caller enable bind compgen
    complete fc jobs disown bg fg logout help cat ls dir vdir date head tail grep egrep fgrep zgrep rg
    ag cut sort uniq wc tr rev tac nl fold fmt paste column comm join expr seq bc dc basename dirname
    realpath readlink env printenv nproc uname whoami who id groups hostname hostnamectl uptime free df
    du ps top htop pgrep lsof stat file tty stty tput clear arch lscpu lsblk lsb_release sw_vers getconf
    locale less more od xxd hexdump strings numfmt factor yes cksum sum md5sum sha1sum sha224sum
    sha256sum sha384sum sha512sum b2sum shasum md5 jq gojq jaq yq xq dasel sed gsed awk gawk mawk tree
    mktemp getent command envsubst iconv xmllint xmlstarlet semver svu tokei cloc figlet banner lolcat
    json.tool site write-host write-output write-warning write-error write-verbose get-content
    get-childitem get-date get-location test-path select-string out-null
  `),
);

/** Local commands that make the machine or its files ready. */
export const shellPrepares: ReadonlySet<string> = new Set(
  names(`
    mkdir rmdir cp mv rm ln touch chmod chown chgrp chattr setfacl install truncate tee dd split csplit
    shred unlink rename mkfifo mknod source . base64 base32 gbase64 tar gtar bsdtar zip unzip gzip
    gunzip pigz bzip2 bunzip2 xz unxz zstd unzstd lz4 7z 7za 7zz cpio ar dos2unix unix2dos patch
    ssh-keyscan ssh-keygen ssh-add ssh-agent ssh-copy-id gpgconf gpg-agent gpg-connect-agent apt apt-get
    apt-key apt-cache aptitude add-apt-repository dpkg dpkg-reconfigure debconf-set-selections yum dnf
    microdnf rpm zypper pacman apk port winget scoop snap flatpak useradd usermod userdel
    adduser groupadd addgroup passwd chpasswd chsh update-alternatives ldconfig locale-gen
    update-ca-certificates update-ca-trust sysctl modprobe mount umount swapon swapoff fallocate mkfs
    losetup service launchctl loginctl timedatectl iptables ufw kill killall pkill renice crontab at nvm
    fnm n volta corepack asdf mise rtx rbenv rvm pyenv nodenv goenv jenv sdk sdkman tfenv tfswitch
    rustup virtualenv venv ensurepip xcode-select xcodes xcversion security xattr defaults
    softwareupdate husky lefthook simple-git-hooks safe-chain git-crypt wait-on compileall direnv new-item copy-item move-item remove-item
    set-content add-content expand-archive install-module set-location import-module
  `),
);

const git: SubcommandRow = {
  valued: '-C -c --git-dir --work-tree --namespace --exec-path',
  none: `
      rev-parse, rev-list, log, shortlog, status, describe, show, show-ref, show-branch, for-each-ref,
      ls-files, ls-tree, ls-remote, cat-file, merge-base, name-rev, blame, annotate, grep, reflog, var,
      version, help, count-objects, check-ignore, check-attr, check-ref-format, symbolic-ref, whatchanged,
      range-diff, diff-tree, cherry, stripspace, interpret-trailers, hash-object, patch-id, stash list,
      worktree list, lfs ls-files, lfs env, lfs status, remote show, remote get-url, submodule status,
      config list, config get`,
  prepares: `
      config, fetch, checkout, switch, restore, clone, init, add, rm, mv, pull, remote, submodule, reset,
      clean, stash, worktree, sparse-checkout, update-index, credential, credential-store,
      credential-cache, lfs, gc, prune, maintenance, pack-refs, branch, apply, unpack-objects, bisect,
      crypt, read-tree, checkout-index`,
  work: 'lfs push, lfs fsck',
};

const nodePackages = {
  valued:
    '--prefix -w --workspace --registry -C --dir --filter -F --cwd --userconfig --cache --loglevel --tag --otp',
  none: `
      ls, list, ll, la, view, info, show, outdated, root, bin, prefix, get, explain, why, search, ping,
      help, help-search, licenses, profile, doctor, node, constraints, config get, config list, pkg get,
      cache dir, token list`,
  prepares: `
      ci, install, i, in, add, clean-install, install-clean, uninstall, un, remove, rm, update, up,
      upgrade, cache, config, set, unset, login, adduser, add-user, logout, link, unlink, init, create,
      prune, dedupe, ddp, rebuild, rb, fund, whoami, pkg, import, fetch, store, patch, patch-commit,
      approve-builds, plugin, self-update, env, setup, server, policies, shrinkwrap, set-script, global`,
  work: 'version apply, store status',
};

const containers: SubcommandRow = {
  valued:
    '-H --host --context -c --config -l --log-level -f --file -p --project-name --env-file --profile --builder',
  none: `
      ps, images, inspect, logs, info, version, stats, top, port, history, search, events, diff, help, ls,
      image ls, image inspect, image history, container ls, container inspect, container logs, context ls,
      context show, volume ls, volume inspect, network ls, network inspect, system df, system info,
      manifest inspect, buildx ls, buildx inspect, buildx version, buildx du, buildx imagetools inspect,
      compose ps, compose logs, compose version, compose ls, compose images, compose top, compose port,
      compose config`,
  prepares: `
      login, logout, pull, tag, rm, rmi, stop, kill, create, start, restart, pause, unpause, wait, volume,
      network, context, system, save, load, export, import, cp, rename, update, builder, plugin, swarm,
      node, image pull, image prune, image rm, image tag, image load, image save, container rm, container
      stop, container prune, container start, container create, container cp, buildx create, buildx use,
      buildx install, buildx rm, buildx stop, buildx prune, compose down, compose stop, compose rm,
      compose pull, compose kill`,
};

const rows: readonly (readonly [command: string, row: SubcommandRow])[] = [
  ['git', git],
  ['npm', nodePackages],
  ['pnpm', nodePackages],
  [
    'yarn',
    {
      ...nodePackages,
      valued: '--cwd --registry --cache-folder --modules-folder',
      bare: 'prepares',
      none: `${nodePackages.none}, npm info, workspaces list, workspaces info`,
      prepares: `${nodePackages.prepares}, npm login, npm logout, npm whoami`,
    },
  ],
  ['bun', nodePackages],
  ['docker', containers],
  ['podman', containers],
  ['nerdctl', containers],
  [
    'docker-compose',
    {
      valued: '-f --file -p --project-name --env-file --profile',
      none: 'ps, logs, version, config, images, top, port',
      prepares: 'down, stop, rm, pull, kill',
    },
  ],
  [
    'buildah',
    {
      none: 'images, containers, inspect, info, version',
      prepares: 'login, logout, pull, rm, rmi, from, tag, mount, umount',
    },
  ],
  ['skopeo', { none: 'inspect, list-tags, manifest-digest', prepares: 'login, logout' }],
  ['crane', { none: 'ls, digest, manifest, config, version', prepares: 'auth, pull, export' }],
  ['oras', { none: 'version, discover, manifest', prepares: 'login, logout, pull' }],
  [
    'kubectl',
    {
      valued:
        '-n --namespace --context --cluster --user --kubeconfig -s --server --as -l --selector -o --output',
      none: `
      version, config, api-resources, api-versions, explain, help, options, completion, auth can-i, auth
      whoami`,
      prepares: `
      config set, config set-cluster, config set-context, config set-credentials, config use-context,
      port-forward, proxy, krew`,
    },
  ],
  [
    'oc',
    {
      valued: '-n --namespace',
      none: 'version, whoami, status, help',
      prepares: 'login, logout, project, config, registry',
    },
  ],
  [
    'helm',
    {
      valued: '-n --namespace --kube-context --kubeconfig --registry-config --repository-config',
      none: 'version, env, show, search, help, completion',
      prepares: `
      repo, dependency, dep, pull, fetch, plugin, registry, registry login, registry logout`,
    },
  ],
  [
    'gh',
    {
      valued: '-R --repo --hostname',
      none: 'version, help, completion, status',
      prepares: `
      auth, config, extension, extensions, alias, repo clone, repo set-default, pr checkout, gpg-key,
      ssh-key list`,
    },
  ],
  [
    'glab',
    {
      valued: '-R --repo',
      none: 'version, help, completion',
      prepares: 'auth, config, alias, repo clone, mr checkout',
    },
  ],
  ['tea', { none: 'whoami', prepares: 'login, logins, logout, clone' }],
  ['hub', { none: 'version, help', prepares: 'clone, checkout, fetch, init' }],
  [
    'aws',
    {
      valued: '--region --profile --output --query --endpoint-url --color --ca-bundle --cli-read-timeout',
      none: 'help',
      prepares: `
      configure, sso, sts, ecr get-login, ecr get-login-password, ecr-public get-login-password, eks
      update-kubeconfig, eks get-token, codeartifact login, codeartifact get-authorization-token,
      secretsmanager get-secret-value, ssm get-parameter, ssm get-parameters, ssm get-parameters-by-path`,
    },
  ],
  [
    'gcloud',
    {
      valued:
        '--project --account --region --zone --format --configuration --verbosity --impersonate-service-account',
      none: 'info, version, help, config get, config get-value, config list, auth list',
      prepares: `
      auth, config, components, init, container clusters get-credentials, secrets versions access`,
    },
  ],
  [
    'az',
    {
      valued: '-o --output --query --subscription -g --resource-group',
      none: 'version, help, find, account show, account list',
      prepares: `
      login, logout, account, configure, config, extension, cloud, acr login, aks get-credentials, aks
      install-cli, bicep install, keyvault secret show`,
    },
  ],
  [
    'flyctl',
    {
      valued: '-a --app -c --config -t --access-token',
      none: 'version, help, doctor',
      prepares: 'auth, wireguard',
    },
  ],
  [
    'heroku',
    {
      valued: '-a --app',
      none: 'version, help, whoami, auth:whoami',
      prepares: 'login, logout, auth:token, container:login, git:remote, plugins:install',
    },
  ],
  [
    'vercel',
    {
      valued: '-t --token -S --scope --cwd -A --local-config -Q --global-config',
      none: 'whoami, help, ls, list, inspect, logs',
      prepares: 'pull, link, login, logout, switch, teams, env pull, env ls',
    },
  ],
  [
    'netlify',
    {
      valued: '--auth -s --site --filter',
      none: 'status, help',
      prepares: 'link, unlink, login, logout, init, switch',
    },
  ],
  [
    'railway',
    { none: 'whoami, status, help, logs', prepares: 'login, logout, link, unlink, environment, service' },
  ],
  [
    'wrangler',
    { valued: '-c --config -e --env', none: 'whoami, version, docs', prepares: 'login, logout, types, init' },
  ],
  [
    'firebase',
    {
      valued: '-P --project --token -c --config',
      none: 'help, projects:list',
      prepares: 'login, login:ci, use, target:apply, init',
    },
  ],
  [
    'supabase',
    {
      valued: '--workdir --profile',
      none: 'status, help',
      prepares: 'login, link, init, start, stop, db start, logout',
    },
  ],
  [
    'terraform',
    {
      valued: '-chdir',
      none: `
      version, output, show, providers, graph, console, state list, state show, workspace list, workspace
      show`,
      prepares: 'init, get, login, logout, workspace',
    },
  ],
  ['terragrunt', { none: 'output, graph-dependencies', prepares: 'init, get' }],
  [
    'pulumi',
    {
      valued: '-s --stack -C --cwd',
      none: 'version, whoami, stack ls, stack output, about, config get',
      prepares: 'login, logout, install, plugin, config, stack select, stack init, stack',
    },
  ],
  [
    'vault',
    {
      none: 'status, version, print',
      prepares: 'login, read, list, kv get, kv list, token lookup, token renew, unwrap',
    },
  ],
  [
    'doppler',
    {
      none: 'me, configs, projects, environments',
      prepares: 'login, setup, configure, secrets, update',
      work: 'secrets set, secrets upload, secrets delete',
    },
  ],
  ['infisical', { prepares: 'login, export, init, secrets', work: 'secrets set, secrets delete, scan' }],
  ['op', { none: 'whoami', prepares: 'signin, read, inject, account, item get' }],
  ['bws', { prepares: 'secret get, secret list, config' }],
  ['sops', { work: 'exec-env, exec-file', otherwise: 'prepares' }],
  ['age', { otherwise: 'prepares' }],
  ['ansible-galaxy', { prepares: 'install, collection install, role install' }],
  ['ansible-vault', { none: 'view', prepares: 'decrypt, encrypt, encrypt_string' }],
  [
    'jf',
    {
      none: 'intro, options',
      prepares: 'c, config, rt ping, rt dl, npmc, npm-config, mvnc, pipc, setup, login',
    },
  ],
  ['cosign', { none: 'version, env, tree, triangulate', prepares: 'login, initialize, generate-key-pair' }],
  [
    'sentry-cli',
    {
      valued: '--auth-token --url -o --org -p --project --log-level',
      none: 'info, help, releases propose-version',
      prepares: 'login, update',
    },
  ],
  ['snyk', { none: 'version, help', prepares: 'auth, config' }],
  ['sfdx', { prepares: 'auth:jwt:grant, auth:sfdxurl:store, force:auth:jwt:grant' }],
  ['argocd', { none: 'version, context', prepares: 'login, logout, relogin' }],
  ['flux', { none: 'version, check, get, logs', prepares: 'install-cli, completion' }],
  [
    'doctl',
    { none: 'version, account get', prepares: 'auth, registry login, kubernetes cluster kubeconfig' },
  ],
  ['scw', { none: 'version, info', prepares: 'config, init, registry login' }],
  ['ibmcloud', { none: 'version, target', prepares: 'login, plugin, cr login, ks cluster config' }],
  ['rclone', { none: 'version, listremotes, about, obscure', prepares: 'config' }],
  ['mc', { prepares: 'alias, config, ready' }],
  [
    'eas',
    {
      none: 'whoami, account:view, diagnostics, help',
      prepares: 'login, logout, init, project:init, env:pull',
    },
  ],
  ['lerna', { none: 'list, ls, ll, la, changed, info, diff', prepares: 'bootstrap, link, clean, init' }],
  ['changeset', { prepares: 'init, add, pre' }],
  ['cypress', { none: 'version, info', prepares: 'install, verify, cache' }],
  ['playwright', { prepares: 'install, install-deps' }],
  ['puppeteer', { prepares: 'browsers install' }],
  ['deno', { none: 'info, help, types', prepares: 'cache, install, add, upgrade' }],
  [
    'pip',
    {
      valued: '--python --log --proxy --timeout --cache-dir',
      none: 'list, freeze, show, index, help, debug, search',
      work: 'check, wheel, audit',
      otherwise: 'prepares',
    },
  ],
  ['pipx', { none: 'list, environment', work: 'run', otherwise: 'prepares' }],
  ['conda', { none: 'list, info, search', work: 'run, build', otherwise: 'prepares' }],
  ['mamba', { none: 'list, info, search', work: 'run, build', otherwise: 'prepares' }],
  [
    'poetry',
    {
      valued: '-C --directory --project',
      none: 'show, about, list, env, search, version',
      prepares: 'install, add, remove, update, lock, config, self, cache, init, sync, source, export',
    },
  ],
  ['pipenv', { none: 'graph, --venv', prepares: 'install, sync, lock, update, uninstall, clean' }],
  [
    'pdm',
    {
      none: 'list, info, show',
      prepares: 'install, sync, add, lock, update, remove, config, init, venv, use',
    },
  ],
  [
    'uv',
    {
      valued: '--directory --project --cache-dir --python -p',
      none: 'tree, version, help, pip list, pip freeze, pip show, python list, tool list',
      prepares: 'sync, venv, add, remove, lock, pip, python, tool, self, cache, init, export',
      work: 'pip check, tool run',
    },
  ],
  ['hatch', { none: 'status, version, dep, env', prepares: 'env create, config, env prune' }],
  [
    'gem',
    {
      none: 'list, env, environment, info, search, which, query, outdated',
      prepares: 'install, update, sources, uninstall, fetch, cleanup, signin',
    },
  ],
  [
    'bundle',
    {
      bare: 'prepares',
      none: 'list, show, info, outdated, env, platform',
      prepares: 'install, config, lock, update, add, package, cache, clean, init',
    },
  ],
  [
    'composer',
    {
      none: 'show, info, about, licenses, outdated, depends, why, search',
      prepares: `
      install, require, update, config, global, self-update, dump-autoload, create-project, remove, init,
      clear-cache`,
    },
  ],
  [
    'cargo',
    {
      none: 'metadata, tree, version, pkgid, locate-project, search, read-manifest, help, info',
      prepares: `
      fetch, install, binstall, add, remove, update, vendor, login, logout, clean, generate-lockfile,
      init, new`,
    },
  ],
  [
    'go',
    {
      none: 'env, version, list, doc, help',
      prepares: 'get, install, clean, mod download, mod tidy, mod vendor, mod init, mod edit, work',
    },
  ],
  [
    'dotnet',
    {
      none: 'help, list',
      prepares: `
      restore, workload, tool, new, nuget add, nuget update, nuget locals, nuget remove, nuget enable,
      dev-certs, clean, add, remove, sln, user-secrets`,
      work: 'tool run',
    },
  ],
  [
    'nuget',
    { none: 'list, search', prepares: 'restore, install, sources, config, setapikey, setApiKey, locals' },
  ],
  ['choco', { none: 'list, search, info, outdated, help', work: 'push', otherwise: 'prepares' }],
  [
    'brew',
    {
      none: 'list, info, search, --prefix, --version, outdated, deps, leaves, home, config, doctor',
      work: `
      bump, bump-formula-pr, bump-cask-pr, bump-revision, pr-upload, pr-publish, pr-pull, test, test-bot, audit,
      style, bottle, dispatch-build-bottle`,
      otherwise: 'prepares',
    },
  ],
  [
    'systemctl',
    {
      none: 'status, is-active, is-enabled, show, list-units, cat',
      work: 'restart, reload, try-restart, reload-or-restart',
      otherwise: 'prepares',
    },
  ],
  ['bazel', { none: 'version, info, help', prepares: 'fetch, sync, shutdown, clean' }],
  [
    'nix',
    {
      none: 'show-config, eval, search, flake metadata, flake show',
      prepares: 'profile install, profile add, channel, registry',
    },
  ],
  ['nix-channel', { otherwise: 'prepares' }],
  ['nix-env', { otherwise: 'prepares' }],
  ['cachix', { prepares: 'use, authtoken, config' }],
  ['flutter', { none: 'doctor, devices', prepares: 'pub get, config, precache, clean, channel, upgrade' }],
  ['dart', { prepares: 'pub get, pub global, pub token' }],
  ['pod', { none: 'env, list', prepares: 'install, update, repo, setup, deintegrate' }],
  ['fastlane', { prepares: 'install_plugins, update_fastlane, env' }],
  ['tailscale', { none: 'status, ip, version, ping', prepares: 'up, down, login, logout, set' }],
  ['cloudflared', { none: 'version', otherwise: 'prepares' }],
  ['minikube', { none: 'status, version, ip', otherwise: 'prepares' }],
  ['kind', { none: 'version, get', otherwise: 'prepares' }],
  ['k3d', { none: 'version, cluster list', otherwise: 'prepares' }],
];

/** Commands whose subcommands differ in effect, by the names that `unwrap` gives. */
export const bySubcommand: ReadonlyMap<string, Subcommands> = new Map(
  rows.map(([command, row]) => [command, subcommands(row)]),
);
