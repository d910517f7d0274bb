using MfaGateway.Configuration;
using Xunit;
using Xunit.v3;

namespace MfaGateway.TestKit.Stores;

/// <summary>The tests of this class have their gateways on this store, where they name none themselves.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class OnStoreAttribute(StoreProvider provider) : Attribute, ITraitAttribute
{
    /// <summary>On which store all tests run that say nothing of it: every journey can be made on each of them.</summary>
    private const string Variable = "MFAGATEWAY_TEST_PROVIDER";

    public StoreProvider Provider { get; } = provider;

    /// <summary>The store of the test that runs; null leaves it to the product's default.</summary>
    /// <exception cref="ArgumentException">The variable names no store.</exception>
    internal static StoreProvider? OfThisTest
    {
        get
        {
            var wanted = Environment.GetEnvironmentVariable(Variable);
            var testClass = (TestContext.Current.TestClass as IXunitTestClass)?.Class;
            return testClass?.GetCustomAttributes(typeof(OnStoreAttribute), inherit: false).SingleOrDefault() is OnStoreAttribute own ? own.Provider
                : string.IsNullOrEmpty(wanted) ? null
                : Enum.Parse<StoreProvider>(wanted);
        }
    }

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Store", Provider.ToString())];
}
