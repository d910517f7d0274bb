namespace MfaGateway.Configuration;

/// <summary>The configuration can't be used; each fault is one line that says where, what is there and what may be there.</summary>
public sealed class ConfigurationFaultsException : Exception
{
    public ConfigurationFaultsException()
        : this([])
    {
    }

    public ConfigurationFaultsException(string message)
        : this([message])
    {
    }

    public ConfigurationFaultsException(string message, Exception innerException)
        : base(message, innerException)
    {
        Faults = [message];
    }

    public ConfigurationFaultsException(IReadOnlyList<string> faults)
        : base(string.Join(Environment.NewLine, faults))
    {
        Faults = faults;
    }

    public IReadOnlyList<string> Faults { get; }
}
