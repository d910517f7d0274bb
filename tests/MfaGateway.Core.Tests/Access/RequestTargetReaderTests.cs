using MfaGateway.Core.Access;
using Xunit;

namespace MfaGateway.Core.Tests.Access;

public sealed class RequestTargetReaderTests
{
    [Theory]
    [InlineData("/a?b=/../..//%00%zz\\;", 0)]
    [InlineData("/a/b/c?/..;x/../d", 1)]
    [InlineData("/a/b?/%u2024%u2024/x", 1)]
    public void A_query_that_leads_out_of_its_path_in_no_known_way_may_lead_anywhere(string target, int floor)
    {
        var reading = Assert.IsType<RequestTargetReading.Ambiguous>(RequestTargetReader.Read(target, "GET", "app.example"));

        Assert.True(reading.LeadsAnywhere);
        Assert.Equal(floor, reading.QueryFloor);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/index.html")]
    [InlineData("/a/b/c-d_e~f/g.h.i")]
    [InlineData("/trailing/")]
    [InlineData("/.well-known/acme-challenge/x")]
    [InlineData("/wiki/Talk:Main_Page")]
    [InlineData("/users/@me/(x),y&z='1'!*=[0]")]
    [InlineData("/a?b=/./c..//%00%zz\\...;")]
    [InlineData("/?")]
    [InlineData("/%D1%80%D1%83%D1%81%D1%81%D0%BA%D0%B8%D1%85")]
    public void An_ordinary_path_has_one_reading(string target) => Assert.IsType<RequestTargetReading.Plain>(Read(target));

    [Theory]
    [InlineData("/caf%C3%A9", "/café")]
    [InlineData("/..hidden/x..y", "/hidden/xy")]
    [InlineData("/a%20b", "/ab")]
    [InlineData("/My%20Documents/%E6%97%A5%E6%9C%AC%E8%AA%9E", "/MyDocuments/日本語")]
    [InlineData("/%F0%9F%98%80.png", "/.png")]
    [InlineData("/s%C3%B8k/%C5%82%C4%85ka", "/sok/laka")]
    [InlineData("/c++/x", "/c++/x")]
    [InlineData("/a%2Fb", "/a/b")]
    [InlineData("/a;jsessionid=1/b", "/a/b")]
    [InlineData("/a//b", "/a/b")]
    [InlineData("/a/./b", "/a/b")]
    [InlineData("/100%25", "/100%")]
    [InlineData("/users/a%40b.example", "/users/a@b.example")]
    [InlineData("/odata/$metadata:$x", "/odata/$metadata")]
    [InlineData("/a/b?next=..%2f..%2fc", "/a/c")]
    [InlineData("/apie-%C4%AF", "/apie-/")]
    public void An_honest_path_that_servers_read_differently_is_passed_on_with_all_its_readings(string target, string expected)
    {
        var readings = Assert.IsType<RequestTargetReading.Ambiguous>(Read(target));
        Assert.Contains(expected, readings.Paths);
        Assert.InRange(readings.Paths.Count, 2, 20);
    }

    [Theory]
    [InlineData("/api/v4/projects/group%2Fproject/repository/files/lib%2Fclass%2Erb/raw?ref=main")]
    [InlineData("/job/team%252Fapp/lastBuild/")]
    [InlineData("/repository/npm/@scope%2fpackage/-/package-1.0.0.tgz")]
    [InlineData("/_matrix/client/r0/rooms/!abc%3Aserver.example/send/m.room.message/1")]
    [InlineData("/ada/calendar/uid%40example.org.ics")]
    [InlineData("/odata/Products('a%2Fb')/$value?$filter=a%20eq%20'b'")]
    [InlineData("/display/~ada/Page+Title+%28draft%29")]
    [InlineData("/%3Clogstash-%7Bnow%2Fd%7D%3E/_search")]
    [InlineData("/web/2020/http://example.com//a/b?c")]
    [InlineData("/proxy/https%3A%2F%2Fexample.com%2Fa%2520b%3Fc%3Dd")]
    [InlineData("/app/page.do;jsessionid=1A2B.node1;v=2?x")]
    [InlineData("/wiki/C%2B%2B_(language)")]
    [InlineData("/files/%F0%9F%91%A8%E2%80%8D%F0%9F%91%A9/Caf%C3%A9%20%E2%80%93%20Men%C3%BC%202024.pdf")]
    [InlineData("/files/%EF%BC%A1%EF%BC%A2%EF%BC%A3%E3%80%80%EF%BC%91.txt")]
    [InlineData("/wiki/%D9%85%D9%8F%D8%AD%D9%8E%D9%85%D9%91%D9%8E%D8%AF")]
    [InlineData("/nf/e%CC%81t%C3%A9")]
    [InlineData("/%ED%95%9C%EA%B5%AD%EC%96%B4")]
    [InlineData("/t/YWJj+/d==/.e/..f/g..h")]
    [InlineData("/what%3F%20100%25%20sure%21%20%23yes...")]
    public void What_real_apps_put_into_paths_is_passed_on_with_few_readings(string target)
    {
        var reading = Read(target);
        Assert.InRange(reading is RequestTargetReading.Ambiguous ambiguous ? ambiguous.Paths.Count : reading is RequestTargetReading.Plain ? 1 : int.MaxValue, 1, 40);
    }

    [Theory]
    [InlineData("//admin/x")]
    [InlineData("///admin/x")]
    [InlineData("/./admin/x")]
    [InlineData("/pub/../admin/x")]
    [InlineData("/pub/..//admin/x")]
    [InlineData("/pub//../admin/x")]
    [InlineData("/pub/%2e%2e/admin/x")]
    [InlineData("/pub/.%2E/admin/x")]
    [InlineData("/pub/%252e%252e/admin/x")]
    [InlineData("/pub/%25252e%25252e/admin/x")]
    [InlineData("/pub%2f..%2fadmin%2fx")]
    [InlineData("/pub%2F..%2Fadmin/x")]
    [InlineData("/pub/..%2fadmin/x")]
    [InlineData("/pub/..%5cadmin/x")]
    [InlineData("/pub/..%255cadmin/x")]
    [InlineData("/pub/..%252fadmin/x")]
    [InlineData("/pub/..;/admin/x")]
    [InlineData("/pub/..;a=b;c/admin/x")]
    [InlineData("/pub/..%3b/admin/x")]
    [InlineData("/pub/..%253b/admin/x")]
    [InlineData("/pub/%2e%2e%3b/admin/x")]
    [InlineData("/pub;/../admin/x")]
    [InlineData("/pub;a=/../admin/x")]
    [InlineData("/admin;a=b/x")]
    [InlineData("/admin;/x")]
    [InlineData("/admin%3bx")]
    [InlineData("/;/admin/x")]
    [InlineData("/;a=b/admin/x")]
    [InlineData("/admin%20/x")]
    [InlineData("/%20admin/x")]
    [InlineData("/admin+/x")]
    [InlineData("/admin./x")]
    [InlineData("/admin.../x")]
    [InlineData("/admin.%20./x")]
    [InlineData("/admin%2e/x")]
    [InlineData("/admin::$INDEX_ALLOCATION/x")]
    [InlineData("/admin:$i30:$INDEX_ALLOCATION/x")]
    [InlineData("/admin%3a%3a%24DATA/x")]
    [InlineData("/admin%23/x")]
    [InlineData("/admin%3f/x")]
    [InlineData("/admin%3Fx")]
    [InlineData("/admin%2523")]
    [InlineData("/admin%253f")]
    [InlineData("/admin/x%3f/../../pub")]
    [InlineData("/%61dmin/x")]
    [InlineData("/%2561dmin/x")]
    [InlineData("/%252561dmin/x")]
    [InlineData("/%25%36%31dmin/x")]
    [InlineData("/%61%64%6d%69%6e")]
    [InlineData("/%EF%BD%81dmin/x")]
    [InlineData("/%EF%BC%8Fadmin/x")]
    [InlineData("/pub/%EF%BC%8E%EF%BC%8E/admin/x")]
    [InlineData("/pub/%E2%80%A5/admin/x")]
    [InlineData("/pub/..%EF%BC%8Fadmin/x")]
    [InlineData("/pub/..%EF%BC%BCadmin/x")]
    [InlineData("/pub/..%EF%BC%9B/admin/x")]
    [InlineData("/pub/..%EF%BC%85%32%66admin/x")]
    [InlineData("/admin%EF%BC%9F")]
    [InlineData("/adm%C4%B1n/x")]
    [InlineData("/%C3%A0dmin/x")]
    [InlineData("/ad%C2%ADmin/x")]
    [InlineData("/ad%E2%80%8Bmin/x")]
    [InlineData("/pub/..%E2%88%95admin/x")]
    [InlineData("//pub/admin/x")]
    [InlineData("///pub/admin/x")]
    [InlineData("//pub%2f/admin/x")]
    [InlineData("/%2fpub/admin/x")]
    [InlineData("/%5cadmin/x")]
    [InlineData("/%5c%5cadmin/x")]
    [InlineData("/pub/..%20/admin/x")]
    [InlineData("/pub/a%2fb/..%5c..%5cadmin/x")]
    [InlineData("/pub/.;/../admin/x")]
    [InlineData("/pub/;/../../admin/x")]
    [InlineData("http://gateway.example//admin/x")]
    [InlineData("HTTP://Gateway.Example.:80/pub/../admin/x")]
    [InlineData("/(S(x))/admin/x")]
    [InlineData("/(A(x)S(y)F(z))/admin/x")]
    [InlineData("/ad(S(x))min/x")]
    [InlineData("/ad/(S(x))min/x")]
    [InlineData("/admin(S(x))")]
    [InlineData("/(S(x))/(S(y))/admin/x")]
    [InlineData("/%28S%28x%29%29/admin/x")]
    [InlineData("/a(s(x(y))d(S(x))min/x")]
    [InlineData("/pub/(S(x))/../../admin/x")]
    [InlineData("/(S())/admin/x")]
    [InlineData("/admin%E2%80%A8/x")]
    [InlineData("/%E2%80%A9admin/x")]
    [InlineData("/admin%E1%9A%80/x")]
    [InlineData("/%E3%80%80admin/x")]
    [InlineData("/admin%C2%A0/x")]
    [InlineData("/admin%E2%80%87/x")]
    [InlineData("/admin%E2%81%9F/x")]
    [InlineData("/admin%E2%A0%80/x")]
    [InlineData("/admin%E1%A0%8E/x")]
    [InlineData("/ad%E3%85%A4min/x")]
    [InlineData("/ad%EF%BE%A0min/x")]
    [InlineData("/ad%E1%85%9Fmin/x")]
    [InlineData("/ad%F3%A0%80%A1min/x")]
    [InlineData("/ad%F3%A0%84%80min/x")]
    [InlineData("/ad%EF%B8%8Fmin/x")]
    [InlineData("/ad%E2%81%A0min/x")]
    [InlineData("/ad%FFmin/x")]
    [InlineData("/admin%A0/x")]
    [InlineData("/admin%85/x")]
    [InlineData("/ad%ADmin/x")]
    [InlineData("/%E0dmin/x")]
    [InlineData("/ad%E9%6Din/x")]
    [InlineData("/%C1!dmin/x")]
    [InlineData("/%C1%21dmin/x")]
    [InlineData("/pub/%C0.%C0./admin/x")]
    [InlineData("/pub/%C0%2e%C0%2e/admin/x")]
    [InlineData("/pub/..%C0%2fadmin/x")]
    [InlineData("/pub/..%C0oadmin/x")]
    [InlineData("/pub/..%E0%40oadmin/x")]
    [InlineData("/pub/..%25C0oadmin/x")]
    [InlineData("/admin%E9%8")]
    public void No_spelling_hides_the_protected_path(string target)
    {
        var reading = RequestTargetReader.Read(target, "GET", "gateway.example");
        if (reading is RequestTargetReading.Refused)
            return;
        var paths = Assert.IsType<RequestTargetReading.Ambiguous>(reading).Paths;
        Assert.Contains(paths, path => path.Equals("/admin", StringComparison.Ordinal) || path.StartsWith("/admin/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/(S((x)))/admin/x")]
    [InlineData("/(A(b))c")]
    [InlineData("/(A(b))")]
    public void Every_reading_is_a_path(string target)
    {
        var paths = Assert.IsType<RequestTargetReading.Ambiguous>(RequestTargetReader.Read(target, "GET", "gateway.example")).Paths;

        Assert.All(paths, path => Assert.StartsWith("/", path, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/a\u0001b")]
    [InlineData("/a\u007Fb")]
    [InlineData("/a b")]
    [InlineData("/café")]
    [InlineData("/a#b")]
    [InlineData("/a?b#c")]
    [InlineData("/a?b\u0001")]
    [InlineData("/a\\b")]
    [InlineData("/%")]
    [InlineData("/%2")]
    [InlineData("/%zz")]
    [InlineData("/%2%35")]
    [InlineData("/%u0061dmin")]
    [InlineData("/%25u0061dmin")]
    [InlineData("/%00")]
    [InlineData("/a%0d%0ab")]
    [InlineData("/%1f")]
    [InlineData("/%7F")]
    [InlineData("/%C2%85")]
    [InlineData("/%2500")]
    [InlineData("/%252500")]
    [InlineData("/%c0%af")]
    [InlineData("/%e0%80%af")]
    [InlineData("/%f0%80%80%af")]
    [InlineData("/%25c0%25af")]
    [InlineData("/%ed%a0%80")]
    [InlineData("/%f4%90%80%80")]
    [InlineData("/%ef%bf%be")]
    [InlineData("/..")]
    [InlineData("/../admin")]
    [InlineData("/a/../../b")]
    [InlineData("/a//../../b")]
    [InlineData("/%2e%2e/b")]
    [InlineData("/a/..%2f..%2fb")]
    [InlineData("/a/..%5c..%5cb")]
    [InlineData("/a/..;/..;/b")]
    [InlineData("/%252e%252e/b")]
    [InlineData("/%2525252561")]
    [InlineData("admin")]
    [InlineData("?x")]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("gateway.example:443")]
    [InlineData("ftp://gateway.example/")]
    [InlineData("http://other.example/")]
    [InlineData("http://user@gateway.example/")]
    [InlineData("http://gateway.example@other.example/")]
    [InlineData("http://gateway.example:8080/")]
    [InlineData("http://gateway.example\\@other.example/")]
    [InlineData("http:///")]
    [InlineData("http:/gateway.example/")]
    public void What_no_honest_client_sends_is_refused(string target) =>
        Assert.Equal(400, Assert.IsType<RequestTargetReading.Refused>(Read(target)).Status);

    [Theory]
    [InlineData("/r%E9sum%E9.pdf", "/r\u00E9sum\u00E9.pdf")]
    [InlineData("/%C0%20propos.html", "/\u00C0 propos.html")]
    [InlineData("/%93quoted%94.txt", "/\u201Cquoted\u201D.txt")]
    [InlineData("/%CF%F0%E8%E2%E5%F2.doc", "/\u00CF\u00F0\u00E8\u00E2\u00E5\u00F2.doc")]
    [InlineData("/%83%5C%83t%83g.html", "/\u0192\\\u0192t\u0192g.html")]
    [InlineData("/%C3", "/\u00C3")]
    [InlineData("/%C3%28", "/\u00C3(")]
    [InlineData("/caf%C3%A9/r%E9sum%E9", "/caf\u00E9/r\u00E9sum\u00E9")]
    [InlineData("/%ff", "/\u00FF")]
    public void Bytes_of_an_older_code_page_are_passed_on_with_their_readings(string target, string expected)
    {
        var paths = Assert.IsType<RequestTargetReading.Ambiguous>(Read(target)).Paths;
        Assert.Contains(expected, paths.Select(path => path.Replace("%5C", "\\", StringComparison.OrdinalIgnoreCase).Replace("%28", "(", StringComparison.Ordinal)));
        Assert.InRange(paths.Count, 2, 100);
    }

    [Theory]
    [InlineData("TRACE")]
    [InlineData("trace")]
    [InlineData("CONNECT")]
    [InlineData("Connect")]
    public void Tunnels_and_echoes_are_not_available(string method) =>
        Assert.Equal(405, Assert.IsType<RequestTargetReading.Refused>(RequestTargetReader.Read("/", method, "gateway.example")).Status);

    [Fact]
    public void The_asterisk_is_for_options_only()
    {
        Assert.IsType<RequestTargetReading.Plain>(RequestTargetReader.Read("*", "OPTIONS", "gateway.example"));
        Assert.Equal(400, Assert.IsType<RequestTargetReading.Refused>(RequestTargetReader.Read("*", "options", "gateway.example")).Status);
    }

    [Theory]
    [InlineData("http://gateway.example/a?b=c", "gateway.example", "/a?b=c")]
    [InlineData("http://gateway.example", "gateway.example", "/")]
    [InlineData("http://gateway.example?b", "gateway.example", "/?b")]
    [InlineData("http://GATEWAY.example./", "gateway.example:80", "/")]
    [InlineData("https://gateway.example:443/x", "gateway.example.", "/x")]
    [InlineData("http://[::1]:8080/x", "[::1]:8080", "/x")]
    public void A_url_of_the_same_host_is_a_path(string target, string host, string originForm)
    {
        Assert.IsType<RequestTargetReading.Plain>(RequestTargetReader.Read(target, "GET", host));
        Assert.Equal(originForm, RequestTargetReader.ToOriginForm(target));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void A_url_without_a_host_header_is_refused(string? host) =>
        Assert.IsType<RequestTargetReading.Refused>(RequestTargetReader.Read("http://gateway.example/", "GET", host));

    [Theory]
    [InlineData("/a/b;c/d", false)]
    [InlineData("/a/b/../d", true)]
    [InlineData("/a/b%2f%252e%252e/d", true)]
    [InlineData("/a/..b/c//d", false)]
    public void It_is_told_whether_some_server_would_climb(string target, bool climbs) =>
        Assert.Equal(climbs, Assert.IsType<RequestTargetReading.Ambiguous>(Read(target)).Climbs);

    [Fact]
    public void The_readings_of_a_hostile_path_are_bounded()
    {
        var target = string.Concat(Enumerable.Range(0, 40).Select(i => $"/a%252f;{i}./%253fb%2523%5c%20::$x%EF%BC%8F%C3%A9//."));
        Assert.IsType<RequestTargetReading.Refused>(Read(target));
        Assert.IsType<RequestTargetReading.Refused>(Read("/" + string.Concat(Enumerable.Repeat("a%252f;%C3%A9", 2_000))));
    }

    private static RequestTargetReading Read(string target) => RequestTargetReader.Read(target, "GET", "gateway.example");
}
