import { type Args, names } from './arguments.js';

/** What a `curl` or `wget` command line says about its own failure. */
export interface HttpBehaviour {
  /** Does it end non-zero on HTTP 401, 403 and 404? null: an argument whose text is unknown may decide it. */
  readonly fails: boolean | null;
  /** `empty`: an empty or host-less URL, or none at all, which makes the command itself fail. */
  readonly url: 'empty' | 'known' | 'unknown';
  /** The HTTP status is printed (`-w '%{http_code}'`), so that the script itself may test it. */
  readonly writesStatus: boolean;
  /** Where the body goes. */
  readonly output: 'stdout' | 'file' | 'discarded' | 'unknown';
  /** The request method in capitals; null where its text is unknown. */
  readonly method: string | null;
}

/** The options of one tool that take a value, as one looks them up. */
interface Options {
  readonly short: string;
  readonly long: ReadonlySet<string>;
  /** Whether `--option=value` is one argument (GNU) or unknown to the tool (curl). */
  readonly equals: boolean;
}

/** One argument read: an option (`name` as `-o` or `--output`) with its value if it takes one, or an operand. */
type Piece =
  | { readonly kind: 'option'; readonly name: string; readonly value: string | null | undefined }
  | { readonly kind: 'operand'; readonly text: string | null };

// The options of curl 8 that take a value: curl/curl docs/cmdline-opts, `Arg:` headers.
const curlOptions: Options = {
  short: 'AbcCdDeEFhHKmoPQrtTuUwxXyYz',
  equals: false,
  long: new Set(
    names(
      `abstract-unix-socket alt-svc aws-sigv4 cacert capath cert cert-type ciphers config connect-timeout
       connect-to continue-at cookie cookie-jar create-file-mode crlfile curves data data-ascii data-binary
       data-raw data-urlencode delegation dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-url
       dump-header ech egd-file engine etag-compare etag-save expect100-timeout form form-string ftp-account
       ftp-alternative-to-user ftp-method ftp-port ftp-ssl-ccc-mode happy-eyeballs-timeout-ms
       haproxy-clientip header help hostpubmd5 hostpubsha256 hsts interface ip-tos ipfs-gateway json
       keepalive-cnt keepalive-time key key-type knownhosts krb libcurl limit-rate local-port login-options
       mail-auth mail-from mail-rcpt max-filesize max-redirs max-time netrc-file noproxy oauth2-bearer output
       output-dir parallel-max parallel-max-host pass pinnedpubkey preproxy proto proto-default proto-redir
       proxy proxy-cacert proxy-capath proxy-cert proxy-cert-type proxy-ciphers proxy-crlfile proxy-header
       proxy-key proxy-key-type proxy-pass proxy-pinnedpubkey proxy-service-name proxy-tls13-ciphers
       proxy-tlsauthtype proxy-tlspassword proxy-tlsuser proxy-user proxy1.0 pubkey quote random-file range
       rate referer request request-target resolve retry retry-delay retry-max-time sasl-authzid service-name
       sigalgs socks4 socks4a socks5 socks5-gssapi-service socks5-hostname speed-limit speed-time stderr
       telnet-option tftp-blksize time-cond tls-max tls13-ciphers tlsauthtype tlspassword tlsuser trace
       trace-ascii trace-config unix-socket upload-file upload-flags url url-query user user-agent variable
       vlan-priority write-out`,
    ).map((name) => `--${name}`),
  ),
};

// GNU Wget manual, «Option Syntax» and the option lists that follow it.
const wgetOptions: Options = {
  short: 'aABDeIilOoPQRtTUwX',
  equals: true,
  long: new Set(
    names(
      `accept accept-regex append-output backups base bind-address body-data body-file ca-certificate
       ca-directory certificate certificate-type ciphers compression config connect-timeout crl-file cut-dirs
       default-page directory-prefix dns-timeout domains exclude-directories exclude-domains execute
       follow-tags ftp-password ftp-user header hsts-file http-password http-user ignore-tags
       include-directories input-file level limit-rate load-cookies local-encoding max-redirect method
       output-document output-file password pinnedpubkey post-data post-file prefer-family private-key
       private-key-type progress proxy-password proxy-user quota read-timeout referer regex-type reject
       reject-regex rejected-log remote-encoding report-speed restrict-file-names retry-on-http-error
       save-cookies secure-protocol start-pos timeout tries use-askpass user user-agent wait waitretry
       warc-dedup warc-file warc-header warc-max-size warc-tempdir`,
    ).map((name) => `--${name}`),
  ),
};

const curlFailFlags: ReadonlySet<string> = new Set(['-f', '--fail', '--fail-with-body']);
const curlNoFailFlags: ReadonlySet<string> = new Set(['--no-fail', '--no-fail-with-body']);
const curlBodyFlags: ReadonlySet<string> = new Set(
  names('-d --data --data-ascii --data-binary --data-raw --data-urlencode --json -F --form --form-string'),
);

/**
 * How a `curl` command line behaves. An argument of unknown text is taken for the URL when no other
 * argument is one; beside a known URL it may hold options, so `fails` is then null unless `--fail` is there.
 * Errors of the connection itself make curl fail in every form and are not told here.
 * Source: curl man page, `--fail`, `--fail-with-body`, `--next`, `--write-out`.
 */
export function curlBehaviour(args: Args): HttpBehaviour {
  let fail = false;
  let earlierFails = false;
  let earlierGoesOn = false;
  let optionsUnknown = false;
  let writesStatus = false;
  let output: HttpBehaviour['output'] = 'stdout';
  let method: string | null | undefined;
  let body = false;
  let get = false;
  let head = false;
  let upload = false;
  const urls: (string | null)[] = [];

  for (const piece of pieces(args, curlOptions)) {
    if (piece.kind === 'operand') {
      urls.push(piece.text);
      continue;
    }
    const { name, value } = piece;
    if (curlFailFlags.has(name)) fail = true;
    else if (curlNoFailFlags.has(name)) fail = false;
    else if (curlBodyFlags.has(name)) body = true;
    else if (name === '--url') urls.push(value ?? null);
    else if (name === '-K' || name === '--config') optionsUnknown = true;
    else if (name === '-w' || name === '--write-out') writesStatus = tellsStatus(value);
    else if (name === '-o' || name === '--output') output = outputOf(value);
    else if (name === '-O' || name === '--remote-name' || name === '--remote-name-all') output = 'file';
    else if (name === '--out-null') output = 'discarded';
    else if (name === '-X' || name === '--request') method = value ?? null;
    else if (name === '-G' || name === '--get') get = true;
    else if (name === '-I' || name === '--head') head = true;
    else if (name === '-T' || name === '--upload-file') upload = true;
    else if (name === '-:' || name === '--next') {
      if (fail) earlierFails = true;
      else earlierGoesOn = true;
      fail = false;
    }
  }

  if (urls.length > 1 && urls.includes(null)) optionsUnknown = true;
  return {
    fails: failsOverall(fail, earlierFails, earlierGoesOn, optionsUnknown),
    url: optionsUnknown && urls.length === 0 ? 'unknown' : urlState(urls),
    writesStatus,
    output,
    method: method !== undefined ? upperCase(method) : impliedMethod(head, upload, body && !get),
  };
}

/** What `curl` is to write when it is through (`-w FORMAT`); null for nothing, or for what is not written down. */
export function curlFormat(args: Args): string | null {
  let format: string | null = null;
  for (const piece of pieces(args, curlOptions)) {
    if (piece.kind === 'option' && (piece.name === '-w' || piece.name === '--write-out'))
      format = piece.value ?? null;
  }
  return format;
}

/** What a server answers a request that lacks its credential: RFC 9110, 15.5.2. */
export const REFUSED_STATUS = '401';

/** A part of what `-w` writes: text as it is, or one of curl's variables. */
export type Written =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string };

/** The parts of a `-w` format in order. Source: curl man page, `--write-out`. */
export function writtenParts(format: string): Written[] {
  const parts: Written[] = [];
  let from = 0;
  for (const match of format.matchAll(/%\{(\w+)\}/g)) {
    parts.push({ kind: 'text', text: unescaped(format.slice(from, match.index)) });
    parts.push({ kind: 'variable', name: match[1] ?? '' });
    from = match.index + match[0].length;
  }
  return [...parts, { kind: 'text', text: unescaped(format.slice(from)) }];
}

function unescaped(text: string): string {
  return text.replaceAll('\\n', '\n').replaceAll('\\t', '\t').replaceAll('\\r', '\r').replaceAll('%%', '%');
}

/** Is it the variable that holds the HTTP status? */
export function holdsStatus(name: string): boolean {
  return name === 'http_code' || name === 'response_code';
}

/** The index of the argument that names the file for the body (`-o x`, `-sSo x`); -1 where none stands alone. */
export function curlBodyFile(args: Args): number {
  return args.findIndex((_, at) => {
    const before = args[at - 1];
    return before === '--output' || (before != null && /^-[fgiIkLNsSv]*o$/.test(before));
  });
}

function failsOverall(fail: boolean, earlierFails: boolean, earlierGoesOn: boolean, unknown: boolean) {
  // `--next` starts afresh, and the status is that of the last transfer: a mixture cannot be told.
  if (fail) return earlierGoesOn ? null : true;
  if (unknown || earlierFails) return null;
  return false;
}

function impliedMethod(head: boolean, upload: boolean, body: boolean): string {
  if (head) return 'HEAD';
  if (upload) return 'PUT';
  return body ? 'POST' : 'GET';
}

/**
 * How a `wget` command line behaves. Wget ends with 8 (or 6) on an HTTP error unless it runs in the
 * background. Source: GNU Wget manual, «Exit Status» and «Basic Startup Options».
 */
export function wgetBehaviour(args: Args): HttpBehaviour {
  let background = false;
  let output: HttpBehaviour['output'] = 'file';
  let method: string | null | undefined;
  let body = false;
  let spider = false;
  let list = false;
  const urls: (string | null)[] = [];

  for (const piece of pieces(args, wgetOptions)) {
    if (piece.kind === 'operand') {
      urls.push(piece.text);
      continue;
    }
    const { name, value } = piece;
    if (name === '-b' || name === '--background') background = true;
    else if (name === '-O' || name === '--output-document') output = outputOf(value);
    else if (name === '-i' || name === '--input-file') list = true;
    else if (name === '--method') method = value ?? null;
    else if (name === '--post-data' || name === '--post-file') body = true;
    else if (name === '--spider') spider = true;
  }

  return {
    fails: !background,
    url: list && urls.length === 0 ? 'unknown' : urlState(urls),
    writesStatus: false,
    output: spider ? 'discarded' : output,
    method: method !== undefined ? upperCase(method) : impliedMethod(spider, false, body),
  };
}

function upperCase(method: string | null): string | null {
  return method === null ? null : method.toUpperCase();
}

function tellsStatus(format: string | null | undefined): boolean {
  if (format === undefined) return false;
  // A format kept in a variable or a file is nearly always there for the status.
  if (format === null || format.startsWith('@')) return true;
  return format.includes('%{http_code}') || format.includes('%{response_code}') || format.includes('%{json}');
}

function outputOf(target: string | null | undefined): HttpBehaviour['output'] {
  if (target === null || target === undefined) return 'unknown';
  if (target === '-' || target === '/dev/stdout') return 'stdout';
  return target === '/dev/null' || target === 'nul' || target === 'NUL' ? 'discarded' : 'file';
}

/** The status of several transfers is that of the last one, so the last URL of known text decides. */
function urlState(urls: Args): HttpBehaviour['url'] {
  const last = urls.findLast((url) => url !== null);
  if (typeof last === 'string' && hasHost(last)) return 'known';
  return urls.includes(null) ? 'unknown' : 'empty';
}

/** `https://`, `/api/v1` and `https://user:@/x` name no host: what is left when a secret in a URL is empty. */
function hasHost(url: string): boolean {
  const scheme = url.indexOf('://');
  if (scheme !== -1 && url.slice(0, scheme).toLowerCase() === 'file') return true;
  let end = scheme === -1 ? 0 : scheme + 3;
  let start = end;
  while (end < url.length && !'/?#'.includes(url[end] ?? '')) {
    if (url[end] === '@') start = end + 1;
    end++;
  }
  return start < end && url[start] !== ':' && url.slice(start, end).trim() !== '';
}

function* pieces(args: Args, options: Options): Generator<Piece> {
  let operandsOnly = false;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? null;
    if (arg === null || operandsOnly || arg.length < 2 || arg[0] !== '-') {
      yield { kind: 'operand', text: arg };
    } else if (arg === '--') {
      operandsOnly = true;
    } else if (arg[1] === '-') {
      const equals = options.equals ? arg.indexOf('=') : -1;
      if (equals !== -1) yield { kind: 'option', name: arg.slice(0, equals), value: arg.slice(equals + 1) };
      else if (options.long.has(arg)) yield { kind: 'option', name: arg, value: valueAt(args, ++i) };
      else yield { kind: 'option', name: arg, value: undefined };
    } else {
      for (let at = 1; at < arg.length; at++) {
        const letter = arg[at] ?? '';
        if (!options.short.includes(letter)) {
          yield { kind: 'option', name: `-${letter}`, value: undefined };
          continue;
        }
        const attached = arg.slice(at + 1);
        yield { kind: 'option', name: `-${letter}`, value: attached === '' ? valueAt(args, ++i) : attached };
        break;
      }
    }
  }
}

function valueAt(args: Args, index: number): string | null | undefined {
  return args[index];
}

const dataFlags: ReadonlySet<string> = new Set(
  names(
    '-d --data --data-ascii --data-binary --data-raw --data-urlencode --json -F --form --form-string --post-data --body-data -A --user-agent -e --referer',
  ),
);

/** A field of a body that is named like a credential and has no value. */
const emptyCredential = /(token|secret|key|pass|auth|sign|cred)\w*["']?\s*[:=]\s*(["']\s*)?([&"',}]|$)/i;

/**
 * Whether the argument at `index` is what a request says (a body, a form field) and not how it shows who asks. A
 * body counts as a credential where a field named like one is empty in it.
 */
export function isPlainData(args: Args, index: number): boolean {
  const text = args[index];
  const flag = index > 0 ? args[index - 1] : null;
  if (text === undefined || flag === null || flag === undefined || !dataFlags.has(flag)) return false;
  return text === null || !emptyCredential.test(text);
}
