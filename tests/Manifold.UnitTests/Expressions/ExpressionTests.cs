using Manifold.Httpd.Expressions;
using Manifold.Httpd.Language;
using Manifold.Httpd.Modules.Core;
using Manifold.UnitTests.Requests;
using Xunit;

namespace Manifold.UnitTests.Expressions;

/// <summary>The expression language, by one request: GET /d/a.txt?q=1&amp;r=2 from 10.1.2.3 with some header fields.</summary>
public sealed class ExpressionTests : IDisposable
{
    private static readonly ExpressionPlace s_place = new(Restricted: false, [new CoreModule()]);

    private readonly TestSite _site = new();

    public void Dispose() => _site.Dispose();

    private Task<TestResponse> Send(string expression)
    {
        _site.Write("d/a.txt", "content");
        _site.Text = $"<If {expression.Replace("DOCS", _site.Docs, StringComparison.Ordinal)}>\nAddDefaultCharset yes\n</If>";
        return _site.Get("/d/a.txt?q=1&r=2", ("User-Agent", "Probe/2.0"), ("X-Empty", ""), ("X-No", "off"), ("Referer", "http://x/y"),
            ("Cookie", "a=b"));
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("!false", true)]
    [InlineData("! ! true && !(false || !true)", true)]
    [InlineData("true || false && false", true)] // and binds tighter
    [InlineData("(true || false) && false", false)]
    [InlineData("'a' == 'a'", true)]
    [InlineData("'a' = \"a\"", true)]
    [InlineData("'a' == 'A'", false)]
    [InlineData("'a' != 'b'", true)]
    [InlineData("'a' < 'b' && 'b' > 'a' && 'a' <= 'a' && 'a' >= 'a'", true)]
    [InlineData("'Z' < 'a'", true)]
    [InlineData("'10' < '9'", true)] // as text
    [InlineData("10 -lt 9", false)]
    [InlineData("10 -gt 9 && 9 lt 10 && -5 -lt 3 && 3 -eq '3' && 3 ne 4 && 3 -ge 3 && 3 le 3", true)]
    [InlineData("'12 apples' -eq 12 && 'none' -eq 0", true)]
    [InlineData("'ab' =~ /^A/", false)]
    [InlineData("'ab' =~ /^A/i", true)]
    [InlineData("'ab' !~ m#^/#", true)]
    [InlineData("'/a/b' =~ m#^/a/(.)#", true)]
    [InlineData("'x=17' =~ /=([0-9]+)/ && $1 -eq 17 && \"<$0>\" == '<=17>'", true)]
    [InlineData("'a' !~ /b/ && '$1' == ''", true)]
    [InlineData("'b' in {'a', 'b'} && 'c' -in { 'c' } && !('d' in {'a','b'})", true)]
    [InlineData("'/a/b' -strmatch '/*b' && 'AB' -strcmatch 'a?' && !('AB' -strmatch 'a?')", true)]
    [InlineData("'/a/b' -fnmatch '/*'", false)]
    [InlineData("'/a/b' -fnmatch '/*/[abc]'", true)]
    [InlineData("'10.1.2.3' -ipmatch '10.1.0.0/16' && !('10.2.0.1' -ipmatch '10.1') && !('x' -ipmatch '10')", true)]
    [InlineData("-R '10.1.2.0/24' && !-R '10.1.3.0/24'", true)]
    [InlineData("-z '' && -n 'x' && -z %{HTTP:X-Empty} && -z req('X-Absent')", true)]
    [InlineData("-T 'yes' && !-T '' && !-T %{HTTP:x-no} && !-T '0' && !-T 'False' && !-T 'no'", true)]
    [InlineData("-e 'DOCS' && -d 'DOCS/d' && !-f 'DOCS/d' && -f 'DOCS/d/a.txt' && -s 'DOCS/d/a.txt' && !-e 'DOCS/x' && !-L 'DOCS/d'", true)]
    [InlineData("-f %{REQUEST_FILENAME} && filesize(%{REQUEST_FILENAME}) == 7", true)]
    [InlineData("%{REQUEST_URI} == '/d/a.txt' && %{QUERY_STRING} == 'q=1&r=2' && %{REQUEST_METHOD} == 'GET'", true)]
    [InlineData("%{THE_REQUEST} == 'GET /d/a.txt?q=1&r=2 HTTP/1.1'", true)]
    [InlineData("%{http_host} == 'test.example' && %{HTTP:User-Agent} == %{HTTP_USER_AGENT} && http('Referer') == %{HTTP_REFERER}", true)]
    [InlineData("%{REMOTE_ADDR} == '10.1.2.3' && %{REMOTE_PORT} -eq 4000 && %{IPV6} == 'off' && %{HTTPS} == 'off' && %{HTTP2} == 'off'", true)]
    [InlineData("%{SERVER_NAME} == 'test.example' && %{SERVER_PORT} -eq 80 && %{DOCUMENT_ROOT} == 'DOCS'", true)]
    [InlineData("%{TIME_YEAR} -ge 2024 && %{TIME_MON} -le 12 && %{TIME_WDAY} -lt 7 && %{TIME} =~ /^[0-9]{14}$/", true)]
    [InlineData("%{REMOTE_USER} == '' && %{IS_SUBREQ} == 'false' && %{REQUEST_SCHEME} == 'http'", true)]
    [InlineData("tolower('Ab') == 'ab' && toupper('Ab') . 'c' == 'ABc' && %{tolower:%{REQUEST_METHOD}} == 'get'", true)]
    [InlineData("base64('ab') == 'YWI=' && unbase64('YWI=') == 'ab' && unbase64('?') == ''", true)]
    [InlineData("md5('a') == '0cc175b9c0f1b6a831c399e269772661' && sha1('a') == '86f7e437faa5a7fce15d1ddcb9eaeaea377667b8'", true)]
    [InlineData("escape('a b') == 'a%20b' && unescape('a%20b') == 'a b'", true)]
    [InlineData("'a\\'b' == \"a'b\" && '100%' == '100%' && '$' == '$' && '\\$1' == '\\x241'", false)]
    [InlineData("'a\\'b' == \"a'b\" && '100%' == '100%' && 'US$' == 'US$'", true)]
    [InlineData("osenv('NO_SUCH_VARIABLE') == '' && reqenv('x') == '' && env('x') == '' && note('x') == ''", true)]
    public async Task Holds(string expression, bool holds) =>
        Assert.Equal(holds ? "text/plain; charset=yes" : "text/plain", (await Send(expression))["Content-Type"]);

    [Theory]
    [InlineData("", "something is missing at the end")]
    [InlineData("%{NOPE} == 'a'", "Variable 'NOPE' does not exist")]
    [InlineData("nope('a') == 'a'", "Function 'nope' does not exist")]
    [InlineData("'a' ==", "something is missing at the end")]
    [InlineData("'a'", "a comparison is missing at the end")]
    [InlineData("'a' ~ 'b'", "a comparison was expected at '~ 'b''")]
    [InlineData("'a == 'b", "a comparison was expected at 'b'")]
    [InlineData("'a' == 'b", "the closing ' is missing")]
    [InlineData("%{REQUEST_URI == 'b'", "the closing } of a variable is missing")]
    [InlineData("(true", "a closing parenthesis is missing")]
    [InlineData("true true", "an operator was expected at 'true'")]
    [InlineData("true)", "an operator was expected at ')'")]
    [InlineData("'a' =~ 'b'", "a regular expression between slashes was expected")]
    [InlineData("'a' =~ /b", "the end of a regular expression is missing")]
    [InlineData("'a' =~ /b/q", "a regular expression has no flag q")]
    [InlineData("'a' =~ /(/", "Failed to compile regular expression")]
    [InlineData("'a' in 'b'", "a list in braces was expected")]
    [InlineData("'a' in {'b'", "a closing brace is missing")]
    [InlineData("-R 'host'", "'host' is no range of addresses")]
    [InlineData("-R %{REMOTE_ADDR}", "must be written out")]
    [InlineData("-q '/x'", "Unary operator '-q' does not exist")]
    [InlineData("'a' -foo 'x'", "Binary operator '-foo' does not exist")]
    [InlineData("'\\400' == 'x'", "Bad escape sequence")]
    public void Mistakes(string expression, string complaint) =>
        Assert.Contains(complaint, Assert.Throws<ConfigurationException>(() => Expression.Parse(s_place, expression)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("(")]
    [InlineData("!")]
    [InlineData("tolower(")]
    [InlineData("'%{tolower:")]
    [InlineData("'a' . ")]
    [InlineData("true ||")]
    public void Much_of_anything_is_a_complaint_or_fine(string part)
    {
        string text = string.Concat(Enumerable.Repeat(part, 50_000));
        Assert.Throws<ConfigurationException>(() => Expression.Parse(s_place, text));
        if (part.EndsWith('|')) Expression.Parse(s_place, text + " true");
    }

    [Fact]
    public async Task Fields_that_decide_are_in_Vary()
    {
        Assert.Equal("User-Agent,Referer", (await Send("%{HTTP_USER_AGENT} == 'x' || -n req('Referer') || -n req('Cookie')"))["Vary"]);
        using var other = new ExpressionTests();
        Assert.Null((await other.Send("-n req_novary('Referer')"))["Vary"]);
    }

    [Fact]
    public async Task Answers_are_made_anew_for_each_request()
    {
        _site.Later = TimeSpan.FromSeconds(10);
        _site.Write("a.txt", "x");
        _site.Text = "<If \"%{QUERY_STRING} == 'secret'\">\nRequire all denied\n</If>";
        Assert.Equal(200, (await _site.Get("/a.txt")).Status);
        Assert.Equal(403, (await _site.Get("/a.txt?secret")).Status);
        Assert.Equal(200, (await _site.Get("/a.txt?")).Status);
    }
}
