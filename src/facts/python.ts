import type { Library } from './library.js';

const reference = 'Python standard library reference';

/** What the analysis knows of Python's library and of the packages that CI scripts use most. */
export const python: Library = {
  rows: [
    // Environment and process
    {
      names: 'os.environ os.environb',
      means: 'environment',
      property: true,
      source: `${reference}, os.environ`,
    },
    { names: 'os.environ.get os.getenv', means: 'environment-get', source: `${reference}, os.getenv` },
    {
      names: 'os.environ.setdefault os.putenv os.environ.__setitem__',
      means: 'environment-set',
      source: reference,
    },
    { names: 'os.environ.pop os.unsetenv', means: 'environment-remove', source: reference },
    { names: 'os.environ.copy', means: 'identity', source: reference },
    { names: 'import', means: 'import', source: `${reference}, the import system` },
    { names: '__name__', means: 'main-name', property: true, source: `${reference}, __main__` },
    { names: 'sys.argv', means: 'arguments', property: true, source: `${reference}, sys.argv` },
    {
      names: 'sys.exit exit quit SystemExit',
      means: 'exit',
      raises: 'SystemExit',
      source: `${reference}, sys.exit`,
    },
    { names: 'os._exit', means: 'exit-now', source: `${reference}, os._exit` },
    { names: 'os.abort', means: 'exit-now', source: `${reference}, os.abort` },
    // Printing
    {
      names: '__doc__.* __file__.* __doc__ __file__ __version__',
      means: 'pure',
      property: true,
      source: reference,
    },
    { names: 'print', means: 'print-line', source: `${reference}, print` },
    { names: 'pprint.pprint pprint.pp', means: 'print-line', source: reference },
    { names: 'sys.stdout.write', means: 'print', source: reference },
    { names: 'sys.stderr.write', means: 'print-error', source: reference },
    {
      names:
        'logging.* warnings.* traceback.* rich.* loguru.* structlog.* sys.stdout.* sys.stderr.* click.echo click.secho tqdm.* colorama.* termcolor.*',
      means: 'pure',
      source: 'they tell people something and do nothing else',
    },
    // Values
    { names: 'bool', means: 'boolean', source: reference },
    { names: 'str repr ascii format', means: 'text', source: reference },
    {
      names: 'int float',
      means: 'number',
      raises: 'ValueError',
      source: `${reference}, int: an empty text is a ValueError`,
    },
    { names: 'len', means: 'length', source: reference },
    { names: 'all', means: 'all', source: reference },
    { names: 'any', means: 'any', source: reference },
    { names: 'isinstance issubclass callable', means: 'is-type', source: reference },
    { names: 'list tuple sorted reversed iter', means: 'list', source: reference },
    { names: 'set frozenset', means: 'distinct', source: reference },
    { names: 'dict collections.OrderedDict', means: 'record', source: reference },
    { names: 'collections.defaultdict', means: 'record', source: reference },
    { names: 'enumerate', means: 'enumerate', source: reference },
    { names: 'zip', means: 'zip', source: reference },
    { names: 'range', means: 'range', source: reference },
    { names: 'filter', means: 'filter', source: reference },
    { names: 'map', means: 'map', source: reference },
    {
      names: 'asyncio.run asyncio.get_event_loop().run_until_complete',
      means: 'identity',
      source: 'an awaited call is taken to run at once',
    },
    // Texts
    { names: 'text.strip', means: 'strip', source: reference },
    { names: 'text.lstrip', means: 'strip-start', source: reference },
    { names: 'text.rstrip', means: 'strip-end', source: reference },
    { names: 'text.lower text.casefold', means: 'lower', source: reference },
    { names: 'text.upper', means: 'upper', source: reference },
    {
      names: 'text.encode text.decode text.expandtabs',
      means: 'same-emptiness',
      source: reference,
    },
    { names: 'text.title text.capitalize text.swapcase', means: 'other-case', source: reference },
    { names: 'text.split text.splitlines text.rsplit', means: 'split', source: reference },
    { names: 'text.join', means: 'join', source: reference },
    { names: 'text.replace', means: 'replace', source: reference },
    { names: 'text.startswith', means: 'starts-with', source: reference },
    { names: 'text.endswith', means: 'ends-with', source: reference },
    { names: 'text.* number.*', means: 'pure', source: reference },
    // Lists and records
    { names: 'list.append list.add list.insert', means: 'append', source: reference },
    { names: 'list.extend list.update', means: 'extend', source: reference },
    { names: 'list.copy', means: 'list', source: reference },
    { names: 'list.sort list.reverse', means: 'reorder', source: reference },
    {
      names: 'list.pop list.remove list.discard list.popleft list.__delitem__',
      means: 'shrink',
      source: reference,
    },
    { names: 'list.clear record.clear', means: 'clear', source: reference },
    { names: 'list.*', means: 'pure', source: reference },
    { names: 'record.get', means: 'get', source: reference },
    { names: 'record.keys', means: 'keys', source: reference },
    { names: 'record.values', means: 'values', source: reference },
    { names: 'record.items', means: 'items', source: reference },
    { names: 'record.update', means: 'update', source: reference },
    { names: 'record.copy', means: 'record', source: reference },
    { names: 'record.pop', means: 'take', source: reference },
    { names: 'record.popitem', means: 'shrink', source: reference },
    { names: 'record.setdefault', means: 'set-default', source: reference },
    // Files
    { names: 'open io.open codecs.open', means: 'open', raises: 'FileNotFoundError', source: reference },
    { names: 'file.write file.writelines', means: 'file-write', source: reference },
    { names: 'file.read file.readlines file.readline', means: 'file-read', source: reference },
    { names: 'file.*', means: 'pure', source: reference },
    { names: 'pathlib.Path os.path.join os.path.abspath', means: 'joined-path', source: reference },
    { names: 'text.open', means: 'open', source: `${reference}, pathlib: a path is taken for its text` },
    { names: 'text.write_text', means: 'write-file', source: `${reference}, pathlib` },
    { names: 'text.read_text', means: 'read-file', source: `${reference}, pathlib` },
    { names: 'os.environ.*', means: 'pure', source: reference },
    // Modules that only compute
    {
      names:
        'json.dumps json.dump re.* os.path.* datetime.* time.* math.* random.* string.* textwrap.* itertools.* functools.* operator.* collections.* copy.* hashlib.* hmac.* base64.* binascii.* uuid.* decimal.* fractions.* statistics.* difflib.* enum.* dataclasses.* typing.* types.* inspect.* platform.* locale.* calendar.* heapq.* bisect.* struct.* secrets.* html.* urllib.parse.* urllib.request.Request urllib.request.build_opener ipaddress.* glob.* fnmatch.* pathlib.* io.* shlex.* argparse.* optparse.* getopt.* configparser.* tomllib.* tomli.* csv.* pprint.pformat contextlib.* abc.* numbers.* array.* unicodedata.* gettext.* errno.* stat.* semver.* packaging.* dateutil.* pytz.* tabulate.* jinja2.* signal.* gc.* atexit.* faulthandler.* importlib.metadata.* sys.* os.getcwd os.listdir os.walk os.scandir os.getpid os.uname os.cpu_count os.sep os.linesep os.name os.getlogin',
      means: 'pure',
      source: reference,
    },
    {
      names: 'json.loads json.load',
      means: 'parse',
      raises: 'json.JSONDecodeError',
      source: `${reference}, json: an empty text is an error`,
    },
    {
      names:
        'abs min max sum round divmod pow hash id ord chr hex oct bin type getattr hasattr setattr vars dir next super object property staticmethod classmethod slice bytes bytearray memoryview complex locals globals input',
      means: 'pure',
      source: reference,
    },
    // The command line
    {
      names: 'argparse.ArgumentParser',
      means: 'argument-parser',
      gives: 'argparse.ArgumentParser()',
      source: `${reference}, argparse`,
    },
    {
      names: 'argparse.ArgumentParser().add_argument',
      means: 'add-argument',
      source: `${reference}, argparse`,
    },
    {
      names:
        'argparse.ArgumentParser().add_argument_group argparse.ArgumentParser().add_mutually_exclusive_group',
      means: 'identity',
      source: `${reference}, argparse`,
    },
    {
      names: 'argparse.ArgumentParser().parse_args argparse.ArgumentParser().parse_known_args',
      means: 'parse-arguments',
      source: `${reference}, argparse`,
    },
    {
      names: 'argparse.ArgumentParser().error',
      means: 'exit',
      status: 2,
      source: `${reference}, argparse: error() ends with status 2`,
    },
    // Local preparation
    {
      names:
        'shutil.* tempfile.* zipfile.* tarfile.* gzip.* bz2.* lzma.* os.makedirs os.mkdir os.remove os.unlink os.rename os.replace os.rmdir os.removedirs os.chdir os.chmod os.symlink os.utime os.link threading.* queue.* multiprocessing.* concurrent.* asyncio.* sqlite3.* dotenv.* socket.gethostname socket.setdefaulttimeout',
      means: 'prepares',
      source: 'they make files and the process ready',
    },
    // Commands
    {
      names: 'subprocess.check_call',
      means: 'command',
      raises: 'subprocess.CalledProcessError',
      source: `${reference}, subprocess`,
    },
    {
      names: 'subprocess.check_output',
      means: 'command-output',
      raises: 'subprocess.CalledProcessError',
      source: `${reference}, subprocess`,
    },
    { names: 'subprocess.getoutput', means: 'command-output', source: `${reference}, subprocess` },
    {
      names: 'subprocess.run',
      means: 'command-checked',
      raises: 'subprocess.CalledProcessError',
      source: `${reference}, subprocess`,
    },
    { names: 'subprocess.Popen', means: 'command-checked', source: `${reference}, subprocess` },
    { names: 'os.system subprocess.call', means: 'command-status', source: `${reference}, os.system` },
    // HTTP
    {
      names:
        'requests.get requests.post requests.put requests.patch requests.delete requests.head requests.request requests.options httpx.get httpx.post httpx.put httpx.patch httpx.delete httpx.head httpx.request requests.Session().* requests.session().* httpx.Client().* httpx.AsyncClient().* aiohttp.ClientSession().*',
      means: 'http',
      gives: 'response',
      source:
        'requests documentation, «Errors and Exceptions»: only raise_for_status() makes an error of a 401',
    },
    {
      names: 'requests.Session requests.session httpx.Client httpx.AsyncClient aiohttp.ClientSession',
      means: 'make',
      source: 'they open no connection yet',
    },
    {
      names:
        'requests.auth.* requests.adapters.* requests.exceptions.* httpx.Timeout aiohttp.ClientTimeout urllib3.disable_warnings urllib3.util.*',
      means: 'make',
      source: 'they only prepare a request',
    },
    {
      names: 'response.raise_for_status',
      means: 'raise-if-refused',
      raises: 'response.Error',
      source: 'requests documentation, «Response Status Codes»',
    },
    {
      names: 'response.ok response.is_success',
      means: 'accepted',
      property: true,
      source: 'requests documentation, «Response.ok»; HTTPX documentation, «Response»',
    },
    {
      names:
        'response.status_code response.status response.Error.status response.Error.response.status_code urllib.error.HTTPError.code urllib.error.HTTPError.status',
      means: 'status-code',
      property: true,
      source: `requests and HTTPX documentation, status_code; aiohttp documentation, ClientResponse.status and ClientResponseError.status; ${reference}, urllib.error.HTTPError`,
    },
    { names: 'response.*', means: 'pure', source: 'requests documentation' },
    {
      names: 'urllib.request.urlopen urllib.request.urlretrieve',
      means: 'work',
      raises: 'urllib.error.HTTPError',
      gives: 'response',
      source: `${reference}, urllib.request: an HTTP error is raised`,
    },
    // Members of whatever is not known: they only ask or compute.
    {
      names:
        'unknown.get unknown.items unknown.keys unknown.values unknown.strip unknown.lstrip unknown.rstrip unknown.split unknown.splitlines unknown.lower unknown.upper unknown.replace unknown.startswith unknown.endswith unknown.encode unknown.decode unknown.format unknown.join unknown.append unknown.extend unknown.add unknown.pop unknown.sort unknown.copy unknown.count unknown.index unknown.find unknown.group unknown.groups unknown.groupdict unknown.match unknown.search unknown.findall unknown.finditer unknown.sub unknown.fullmatch unknown.read unknown.readline unknown.readlines unknown.json unknown.exists unknown.is_file unknown.is_dir unknown.glob unknown.rglob unknown.iterdir unknown.read_text unknown.read_bytes unknown.resolve unknown.relative_to unknown.with_suffix unknown.isoformat unknown.strftime unknown.total_seconds unknown.timestamp unknown.hexdigest unknown.digest unknown.getcode unknown.info unknown.close unknown.flush unknown.seek unknown.setdefault unknown.isdigit unknown.as_posix unknown.mkdir unknown.unlink unknown.write unknown.writerow unknown.write_text unknown.add_header unknown.setLevel unknown.warning unknown.debug unknown.error unknown.exception unknown.critical unknown.log unknown.setFormatter unknown.addHandler unknown.__str__ unknown.most_common',
      means: 'pure',
      source: 'methods of texts, lists, records, files and the like',
    },
  ],
  errors: [
    'BaseException',
    'Exception BaseException',
    'SystemExit BaseException',
    'KeyboardInterrupt BaseException',
    'GeneratorExit BaseException',
    'ArithmeticError Exception BaseException',
    'ZeroDivisionError ArithmeticError Exception BaseException',
    'AssertionError Exception BaseException',
    'AttributeError Exception BaseException',
    'EOFError Exception BaseException',
    'ImportError Exception BaseException',
    'ModuleNotFoundError ImportError Exception BaseException',
    'LookupError Exception BaseException',
    'IndexError LookupError Exception BaseException',
    'KeyError LookupError Exception BaseException',
    'NameError Exception BaseException',
    'OSError Exception BaseException',
    'IOError OSError Exception BaseException',
    'EnvironmentError OSError Exception BaseException',
    'FileNotFoundError OSError IOError EnvironmentError Exception BaseException',
    'FileExistsError OSError IOError EnvironmentError Exception BaseException',
    'PermissionError OSError IOError EnvironmentError Exception BaseException',
    'ConnectionError OSError IOError EnvironmentError Exception BaseException',
    'TimeoutError OSError IOError EnvironmentError Exception BaseException',
    'RuntimeError Exception BaseException',
    'NotImplementedError RuntimeError Exception BaseException',
    'StopIteration Exception BaseException',
    'TypeError Exception BaseException',
    'ValueError Exception BaseException',
    'UnicodeDecodeError ValueError Exception BaseException',
    'json.JSONDecodeError json.decoder.JSONDecodeError ValueError Exception BaseException',
    'json.decoder.JSONDecodeError json.JSONDecodeError ValueError Exception BaseException',
    'subprocess.CalledProcessError subprocess.SubprocessError Exception BaseException',
    'subprocess.SubprocessError Exception BaseException',
    'subprocess.TimeoutExpired subprocess.SubprocessError Exception BaseException',
    'urllib.error.HTTPError urllib.error.URLError OSError IOError EnvironmentError Exception BaseException',
    'urllib.error.URLError OSError IOError EnvironmentError Exception BaseException',
    'response.Error requests.exceptions.HTTPError requests.HTTPError requests.exceptions.RequestException requests.RequestException httpx.HTTPStatusError httpx.HTTPError aiohttp.ClientResponseError aiohttp.ClientError OSError IOError EnvironmentError Exception BaseException',
    'requests.exceptions.HTTPError requests.HTTPError requests.exceptions.RequestException requests.RequestException OSError IOError EnvironmentError Exception BaseException',
    'requests.HTTPError requests.exceptions.HTTPError requests.exceptions.RequestException requests.RequestException OSError IOError EnvironmentError Exception BaseException',
    'requests.exceptions.RequestException requests.RequestException OSError IOError EnvironmentError Exception BaseException',
    'requests.RequestException requests.exceptions.RequestException OSError IOError EnvironmentError Exception BaseException',
  ],
};
