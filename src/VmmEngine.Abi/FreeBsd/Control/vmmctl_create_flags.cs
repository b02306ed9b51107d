namespace VmmEngine.Abi.FreeBsd;

/// <summary>Bits of <see cref="vmmctl_vm_create.flags"/>. Sheet sections 2.1 and 2.6.</summary>
public static class vmmctl_create_flags
{
    /// <summary>The VM dies with the control descriptor that created it; the only kind an unprivileged user may create.</summary>
    public const uint VMMCTL_CREATE_DESTROY_ON_CLOSE = 0x1;

    /// <summary>Every known bit.</summary>
    public const uint VMMCTL_FLAGS_MASK = VMMCTL_CREATE_DESTROY_ON_CLOSE;
}
