namespace VmmEngine.Guests.Platform;

/// <summary>What the platform guest asks of whoever runs it: a double word to <see cref="PlatformGuest.CommandPort"/>, the command in bits 24 to 31.</summary>
public enum PlatformCommand
{
    /// <summary>The guest has come to its end.</summary>
    End,

    /// <summary>Asserts and withdraws the line of the 8259s in bits 0 to 7.</summary>
    PulseLine,

    /// <summary>Asserts that line.</summary>
    AssertLine,

    /// <summary>Withdraws it.</summary>
    DeassertLine,

    /// <summary>Makes it level triggered if bit 8 is set, edge triggered otherwise.</summary>
    SetTrigger,

    /// <summary>Asserts and withdraws the IO-APIC's pin in bits 0 to 7.</summary>
    PulsePin,

    /// <summary>Asserts that pin.</summary>
    AssertPin,

    /// <summary>Withdraws it.</summary>
    DeassertPin,

    /// <summary>Sends a message to the destination in bits 14 to 21: data in bits 0 to 11, the address's destination mode in bit 12, its redirection hint in bit 13.</summary>
    SendMessage,

    /// <summary>Requests the vector in bits 0 to 7 of vCPU 0.</summary>
    RaiseVector,

    /// <summary>Nothing: a moment at which a timer runs, and the guest may be moved.</summary>
    Pause,

    /// <summary>Triggers the entry of the local vector table in bits 0 to 7 of vCPU 0.</summary>
    RaiseLocal,
}
