using System.Text;
using MfaGateway.TestKit;
using Xunit;

namespace MfaGateway.FunctionalTests.Commands;

/// <summary>A password that is piped in is the one that signs in afterwards, or it is refused; it never becomes another one.</summary>
public class PasswordBytesTests : IDisposable
{
    private const string Password = "velvet tractor hümming orbit";

    private readonly GatewayProgram _program = new();

    public void Dispose()
    {
        _program.Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("\uFEFF", "")]
    [InlineData("\uFEFF", "\r\n")]
    [InlineData("", "\n")]
    public async Task The_password_without_byte_order_mark_and_line_end_signs_in(string before, string after)
    {
        var added = await AddAsync(Encoding.UTF8.GetBytes($"{before}{Password}{after}"));

        Assert.Equal((0, "Added ada.\n"), (added.ExitCode, added.Output));
        await using var gateway = await GatewayUnderTest.StartAsync(setup => setup
            .With("MfaGateway:DataDirectory", _program.PathOf("data"))
            .Route("app", "/{**path}", "one-factor"));
        using var browser = gateway.NewBrowser();
        var signIn = await browser.OpenAsync("/");
        var answer = await browser.SubmitAsync(signIn, ("username", "ada"), ("password", Password));
        Assert.Equal(System.Net.HttpStatusCode.SeeOther, answer.Status);
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF_8_make_no_account_and_no_store()
    {
        var refused = await AddAsync(Encoding.Latin1.GetBytes(Password));

        Assert.Equal(1, refused.ExitCode);
        Assert.Empty(refused.Output);
        Assert.Equal(
            ["The password on the standard input must be UTF-8, but byte 17 is not; nothing was changed. Save or pipe it as UTF-8."], refused.Errors);
        Assert.False(Directory.Exists(_program.PathOf("data")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UTF_16_is_refused_by_its_mark(bool bigEndian)
    {
        var encoding = new UnicodeEncoding(bigEndian, byteOrderMark: true);

        var refused = await AddAsync([.. encoding.GetPreamble(), .. encoding.GetBytes(Password)]);

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("but begins with the byte order mark of UTF-16;", Assert.Single(refused.Errors), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_program.PathOf("data")));
    }

    [Fact]
    public async Task UTF_16_without_a_mark_is_refused_for_its_zeros()
    {
        var refused = await AddAsync(Encoding.Unicode.GetBytes("velvet tractor humming orbit"));

        Assert.Equal(1, refused.ExitCode);
        Assert.StartsWith("password: ", Assert.Single(refused.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_than_any_password_is_refused_and_not_cut()
    {
        var refused = await AddAsync(Encoding.UTF8.GetBytes(new string('é', 10_000)));

        Assert.Equal(1, refused.ExitCode);
        Assert.Equal(["The password on the standard input must be at most 1,024 bytes."], refused.Errors);
    }

    [Fact]
    public async Task A_new_password_that_is_not_UTF_8_leaves_the_old_one()
    {
        await AddAsync(Encoding.UTF8.GetBytes(Password));

        var refused = await _program.RunAsync(Encoding.Latin1.GetBytes(Password), "users", "set-password", "ada", "--password-stdin");

        Assert.Equal(1, refused.ExitCode);
        Assert.DoesNotContain("password.set", (await _program.RunAsync("audit", "tail", "--json")).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--name", "Ada\u202Eecalevol")]
    [InlineData("--name", "\uFEFFAda")]
    [InlineData("--groups", "admins\u200B")]
    [InlineData("--groups", "ad\u200Dmins")]
    public async Task Names_and_groups_hold_nothing_invisible(string option, string value)
    {
        var refused = await _program.RunAsync(
            Encoding.UTF8.GetBytes(Password), "users", "add", "ada", "--email", "ada@example.org", option, value, "--password-stdin");

        Assert.Equal(1, refused.ExitCode);
        var error = Assert.Single(refused.Errors);
        Assert.StartsWith($"{option}: ", error, StringComparison.Ordinal);
        Assert.EndsWith("must not hold invisible characters.", error, StringComparison.Ordinal);
    }

    private Task<ProgramResult> AddAsync(byte[] input) =>
        _program.RunAsync(input, "users", "add", "ada", "--email", "ada@example.org", "--password-stdin");
}
