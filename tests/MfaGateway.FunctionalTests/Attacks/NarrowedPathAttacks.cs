using Xunit;

namespace MfaGateway.FunctionalTests.Attacks;

/// <summary>A stranger writes signs of other scripts that apps make dots and slashes of: by a converter, a code page, or a cut to bytes.</summary>
public sealed class NarrowedPathAttacks : IAsyncLifetime
{
    private readonly EchoUpstream upstream = new();

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => upstream.DisposeAsync();

    [Theory]
    [InlineData("/pub/..%C3%B7admin/")] // division sign
    [InlineData("/pub/..%E2%95%B1admin/")] // box drawings
    [InlineData("/pub/..%E2%95%B2admin/")]
    [InlineData("/pub/..%E2%9F%8Badmin/")] // mathematical diagonals
    [InlineData("/pub/..%E2%9F%8Dadmin/")]
    [InlineData("/pub/%C2%B7./admin/")] // middle dots
    [InlineData("/pub/%C2%B7%CE%87/admin/")]
    [InlineData("/pub/..%C2%A5admin/")] // yen, won
    [InlineData("/pub/..%E2%82%A9admin/")]
    [InlineData("/pub/..%EF%BF%A5admin/")]
    [InlineData("/pub/..%A5admin/")]
    [InlineData("/pub/..%C4%AFadmin/")] // low bytes
    [InlineData("/pub/%EF%BC%AE%EF%BC%AE/admin/")]
    [InlineData("/pub/%C4%AE%C4%AE/admin/")]
    [InlineData("/pub/.%C4%AE/admin/")]
    [InlineData("/pub/..%EF%BC%AFadmin/")]
    [InlineData("/pub/..%C8%AFadmin/")]
    [InlineData("/pub/..%C5%9Cadmin/")]
    [InlineData("/pub/..%F0%90%80%AFadmin/")]
    [InlineData("/pub/%F0%90%80%AE%F0%90%80%AE/admin/")]
    [InlineData("/pub/..%25C4%25AFadmin/")]
    [InlineData("/pub/..%AFadmin/")] // low seven bits
    [InlineData("/pub/%AE%AE/admin/")]
    [InlineData("/pub/%C2%AE%C2%AE/admin/")]
    [InlineData("/pub/..%DCadmin/")]
    [InlineData("/pub/%A3%AE%A3%AE%A3%AFadmin/")] // GBK, EUC-KR
    [InlineData("/pub/..%A3%DCadmin/")]
    [InlineData("/pub/%81D%81D/admin/")] // Shift_JIS
    [InlineData("/pub/%81%44%81%44/admin/")]
    [InlineData("/pub/..%81%5Eadmin/")]
    [InlineData("/pub/..%81_admin/")]
    [InlineData("/pub/%A1%A5%A1%A5/admin/")] // EUC-JP
    [InlineData("/pub/..%A1%BFadmin/")]
    [InlineData("/pub/%A1D%A1D%A1%FEadmin/")] // Big5
    public async Task A_climb_in_signs_that_apps_narrow_is_not_forwarded(string target)
    {
        await using var gateway = await StartAsync();
        Assert.True((await gateway.GetAsync(target)).Status is 400 or 401);
        Assert.Empty(upstream.Requests);
    }

    [Theory]
    [InlineData("/pub/open/%A3%E1%A3%E4%A3%ED%A3%E9%A3%EE/x")]
    [InlineData("/pub/open/%82%81%82%84%82%8D%82%89%82%8E/x")]
    public async Task A_protected_name_in_such_letters_is_protected(string target)
    {
        await using var gateway = await StartAsync();
        Assert.True((await gateway.GetAsync(target)).Status is 400 or 401);
    }

    [Theory]
    [InlineData("/pub/caf%C3%A9/na%C3%AFve%20(1).pdf")]
    [InlineData("/pub/apie-%C4%AF-mus/%C5%A1iandien")]
    [InlineData("/pub/%E6%97%A5%E6%9C%AC%E8%AA%9E/%E4%B8%AD%E6%96%87%202024.pdf")]
    [InlineData("/pub/l%C2%B7l/10%C3%B72=5")]
    [InlineData("/pub/%D0%BF%D1%80%D0%B8%D0%B2%D0%B5%D1%82+%D0%BC%D0%B8%D1%80!.txt")]
    [InlineData("/pub/%F0%9F%98%80/%F0%9F%8E%89%F0%9F%8E%89;v=1")]
    [InlineData("/pub/%93%FA%96%7B/%83t%83%40%83C%83%8B.txt")]
    [InlineData("/pub/%D6%D0%CE%C4%A3%BA2024.pdf")]
    [InlineData("/pub/r%E9sum%E9%20(2).pdf")]
    [InlineData("/apie-%C4%AF/x")]
    public async Task Honest_names_stay_public(string target)
    {
        await using var gateway = await StartAsync();
        Assert.Equal($"GET {target} HTTP/1.1", (await gateway.GetAsync(target)).ForwardedLine);
    }

    private Task<BareGateway> StartAsync() => BareGateway.StartAsync(
        [
            BareGateway.Route("/pub/{**rest}", "Anonymous"),
            BareGateway.Route("/apie-\u012F/{**rest}", "Anonymous"),
            BareGateway.Route("/pub/open/admin/{**rest}"),
            BareGateway.Route("/{**rest}"),
        ],
        upstream.Address);
}
