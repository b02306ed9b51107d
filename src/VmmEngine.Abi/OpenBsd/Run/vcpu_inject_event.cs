namespace VmmEngine.Abi.OpenBsd;

/// <summary>An event to enter the guest with, 12 bytes. Sheet sections 3 and 7.3.</summary>
public struct vcpu_inject_event
{
    public byte vie_vector;
    public uint vie_errorcode;

    /// <summary>A type below; NMI and unknown types are ignored.</summary>
    public byte vie_type;

    public const byte VCPU_INJECT_NONE = 0;
    public const byte VCPU_INJECT_INTR = 1;
    public const byte VCPU_INJECT_EX = 2;
    public const byte VCPU_INJECT_NMI = 3;
}
