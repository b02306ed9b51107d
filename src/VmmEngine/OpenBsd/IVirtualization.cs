namespace VmmEngine.OpenBsd;

/// <summary>Switches the host's virtualization on with the first VM and off with the last. Calls never overlap.</summary>
public interface IVirtualization
{
    /// <summary>Switches on; false, with everything off again, if the processor refuses. Must not throw.</summary>
    bool TrySwitchOn();

    /// <summary>Switches off. Must not throw.</summary>
    void SwitchOff();
}
