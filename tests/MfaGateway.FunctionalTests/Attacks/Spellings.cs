namespace MfaGateway.FunctionalTests.Attacks;

internal static class Spellings
{
    /// <summary>Each reads as something under /admin to some server behind the gateway, or is refused by every sound one.</summary>
    public static readonly string[] OfAdmin =
    [
        "//admin/x", "///admin/x", "/./admin/x", "/.//admin/x", "/pub/../admin/x", "/pub/..//admin/x", "/pub//../admin/x", "/pub/./../admin/x",
        "/pub/%2e%2e/admin/x", "/pub/.%2e/admin/x", "/pub/%2E./admin/x", "/pub/%252e%252e/admin/x", "/pub/%25252e%25252e/admin/x",
        "/pub%2f..%2fadmin%2fx", "/pub%2F..%2Fadmin/x", "/pub/..%2fadmin/x", "/pub/..%2Fadmin/x", "/pub/..%5cadmin/x", "/pub/..%5Cadmin/x",
        "/pub/..%252fadmin/x", "/pub/..%255cadmin/x", "/pub/..%25252fadmin/x", "/pub/%2e%2e%2fadmin/x", "/pub/%2e%2e%5cadmin/x",
        "/pub/..;/admin/x", "/pub/..;a=b/admin/x", "/pub/..;a=b;c=d/admin/x", "/pub/..%3b/admin/x", "/pub/..%3Ba/admin/x", "/pub/..%253b/admin/x",
        "/pub/%2e%2e;/admin/x", "/pub/%2e%2e%3b/admin/x", "/pub;/../admin/x", "/pub;a=/../admin/x", "/pub/.;/../admin/x", "/pub/x;/../..;/admin",
        "/admin;a=b/", "/admin;a=b/x", "/admin;/x", "/admin%3bx", "/admin%3b/x", "/;/admin/x", "/;a=b/admin/x", "/pub/;/../../admin/x",
        "/admin%20/", "/admin%20", "/%20admin/x", "/admin%20%20/x", "/admin%2520/x", "/admin+/x", "/admin%2b/x", "/admin./", "/admin.", "/admin../x",
        "/admin.../x", "/admin.%20/x", "/admin%20./x", "/admin%2e/x", "/admin%252e/x", "/admin::$DATA", "/admin::$INDEX_ALLOCATION/x",
        "/admin:$i30:$INDEX_ALLOCATION/x", "/admin%3a%3a%24DATA/x", "/admin%3A:$DATA",
        "/admin%23/", "/admin%23", "/admin%23x/y", "/admin%3f/", "/admin%3f", "/admin%3Fx=y", "/admin%2523", "/admin%253fx", "/admin/x%3f/../../pub",
        "/%61dmin/x", "/%61%64%6d%69%6e", "/%2561dmin/", "/%2561dmin/x", "/%252561dmin/x", "/%25%36%31dmin/x", "/a%2564min/x", "/ad%6Din", "/admi%6e/x",
        "/%EF%BD%81dmin/x", "/%EF%BC%8Fadmin/x", "/pub/%EF%BC%8E%EF%BC%8E/admin/x", "/pub/%E2%80%A5/admin/x", "/pub/..%EF%BC%8Fadmin/x",
        "/pub/..%EF%BC%BCadmin/x", "/pub/..%EF%BC%9B/admin/x", "/pub/..%EF%BC%85%32%66admin/x", "/admin%EF%BC%9F", "/%E2%93%90dmin/x",
        "/adm%C4%B1n/x", "/%C3%A0dmin/x", "/ad%C2%ADmin/x", "/ad%E2%80%8Bmin/x", "/%EF%BB%BFadmin/x", "/pub/..%E2%88%95admin/x",
        "//pub/admin/x", "///pub/admin/x", "//pub%2f/admin/x", "/%2fpub/admin/x", "/%2f/admin/x", "/%5cadmin/x", "/%5c%5cadmin/x", "/%5c%2fadmin",
        "/pub/..%20/admin/x", "/pub/..+/admin/x", "/pub/a%2fb/..%5c..%5cadmin/x", "/pub/..%00/admin/x", "/admin%00", "/admin%00/x", "/admin%0a", "/admin%0d%0a/x",
        "/admin%09/x", "/admin%7f", "/admin%ff/x", "/pub/..%c0%af/admin/x", "/%c0%ae%c0%ae/admin/x", "/pub/..%e0%80%af/admin", "/pub/..%25c0%25afadmin/x",
        "/pub/..\\admin/x", "/\\admin/x", "\\admin", "/pub\\..\\admin", "/admin#/x", "/admin#", "/%u0061dmin/x", "/%25u0061dmin/x", "/admin%", "/admin%2",
        "/../admin/x", "/pub/../../admin/x", "/..;/admin/x", "/..%2fadmin/x", "/%2525252561dmin/x", "/ADMIN/x", "/Admin/x", "/adMIN;x/y", "/PUB/../ADMIN",
        "http://gateway.example//admin/x", "http://gateway.example/pub/../admin/x", "http://gateway.example/%61dmin", "http://gateway.example:80//admin",
        "http://other.example/admin/x", "http://gateway.example@other.example/pub/x", "http://user@gateway.example/admin/x", "https://gateway.example/admin/x",
        "/(S(x))/admin", "/(A(x)S(y)F(z))/admin", "/ad(S(x))min", "/ad/(S(x))min/x", "/%28S%28x%29%29/admin/x", "/pub/(S(x))/../../admin/x",
        "/admin%E2%80%A8/x", "/admin%E2%80%A9", "/%E1%9A%80admin/x", "/admin%C2%A0/x", "/admin%E3%80%80/x", "/ad%E3%85%A4min/x", "/admin%E2%A0%80/x", "/ad%F3%A0%80%A1min/x",
        "/ad%FFmin/x", "/admin%A0/x", "/ad%ADmin/x", "/%E0dmin/x", "/%C1!dmin/x", "/pub/%C0.%C0./admin/x", "/pub/..%C0%2fadmin/x", "/pub/..%C0oadmin/x",
        "/pub/.%20./admin", "/pub/.+./admin/x", "/pub/.%2520./admin", "/pub/.%E4%B8%AD./admin", "/pub/..%E4%B8%AD/admin/x", "/pub/.!./admin", "/pub/.'./admin/x", "/pub/.~.~/admin",
        "/pub/....//admin", "/pub/..././admin/x", "/pub/...//admin", "/pub/....%2f%2fadmin", "/pub/.<b>./admin", "/pub/.%3Cb%3E./admin/x", "/pub/.%5c./admin", "/pub/..%3Cx/admin%3E/admin",
        "/ad%20min", "/a%20d%20min/x", "/ad+min", "/ad%E4%B8%ADmin/x", "/%E4%B8%ADadmin", "/ad%F0%9F%98%80min", "/ad%3Cb%3Emin/x", "/admin%3Cx", "/ad%5cmin", "/ad..min", "/ad../min/x", "/ad./min",
        "/a%C4%91min/../admin", "/a%C4%91min/x", "/ad%E9min", "/ad%E2%F0%9F%98%80%80%A8min/x",
        "pub/../admin", "*", "gateway.example:80", "/admin", "/admin/", "/admin/x",
    ];
}
