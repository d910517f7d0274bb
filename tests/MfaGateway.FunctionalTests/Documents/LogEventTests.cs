using System.Reflection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace MfaGateway.FunctionalTests.Documents;

/// <summary>Operators filter and alert by event id: one id means one thing.</summary>
public sealed class LogEventTests
{
    private static readonly (string Where, LoggerMessageAttribute Event)[] Events =
    [
        .. from type in typeof(GatewayHost).Assembly.GetTypes()
           from method in type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
           let attribute = method.GetCustomAttribute<LoggerMessageAttribute>()
           where attribute is not null
           select ($"{type.FullName}.{method.Name}", attribute),
    ];

    [Fact]
    public void Every_event_id_is_used_once()
    {
        Assert.NotEmpty(Events);
        Assert.Equal([], Events.GroupBy(item => item.Event.EventId).Where(group => group.Count() > 1).Select(group => string.Join(" and ", group.Select(item => item.Where))));
    }

    [Fact]
    public void Each_feature_keeps_to_a_block_of_a_hundred_ids()
    {
        var blocks = Events.GroupBy(item => item.Event.EventId / 100).Select(block => block.Select(item => item.Where[..item.Where.LastIndexOf('.')]).Distinct().ToArray());

        Assert.All(blocks, features => Assert.Single(features));
    }
}
