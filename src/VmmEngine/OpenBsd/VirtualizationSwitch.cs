namespace VmmEngine.OpenBsd;

/// <summary>Keeps virtualization on while anybody uses it: a VM until it is torn down, or a creation under way.</summary>
/// <remarks>
/// Counting creations as users keeps the last VM's end from switching off between the start and the end of a creation, which upstream
/// does not prevent. May be called from any thread; its lock is innermost.
/// </remarks>
internal sealed class VirtualizationSwitch(IVirtualization? hardware)
{
    private readonly Lock _lock = new();
    private int _users;

    /// <summary>True while switched on.</summary>
    public bool IsOn { get; private set; }

    /// <summary>Adds a user, switching on if needed; false if that fails.</summary>
    public bool TryAcquire()
    {
        lock (_lock)
        {
            if (!IsOn && !TrySwitchOn())
            {
                return false;
            }

            _users++;
            return true;
        }
    }

    /// <summary>Removes a user; with the last one, switches off unless it is to be left on.</summary>
    public void Release(bool leaveOn)
    {
        lock (_lock)
        {
            _users--;
            if (_users == 0 && !leaveOn)
            {
                SwitchOff();
            }
        }
    }

    /// <summary>Switches off for a suspension, users or not.</summary>
    public void Suspend()
    {
        lock (_lock)
        {
            SwitchOff();
        }
    }

    /// <summary>Switches on again if there are users; false if that fails.</summary>
    public bool TryResume()
    {
        lock (_lock)
        {
            return _users == 0 || TrySwitchOn();
        }
    }

    private bool TrySwitchOn()
    {
        IsOn = hardware is null || hardware.TrySwitchOn();
        return IsOn;
    }

    private void SwitchOff()
    {
        if (IsOn)
        {
            IsOn = false;
            hardware?.SwitchOff();
        }
    }
}
