namespace VmmEngine.Backends;

/// <summary>An exception or interrupt for the guest, to be taken through its interrupt table before its next instruction.</summary>
/// <param name="Kind">What raised it.</param>
/// <param name="Vector">The vector.</param>
/// <param name="HasErrorCode">Whether an error code is pushed; only exceptions have one, and none in real mode.</param>
/// <param name="ErrorCode">The error code.</param>
public readonly record struct VcpuEvent(EventKind Kind, byte Vector, bool HasErrorCode = false, uint ErrorCode = 0)
{
    /// <summary>An exception.</summary>
    public static VcpuEvent Exception(byte vector, uint? errorCode = null) =>
        new(EventKind.Exception, vector, errorCode.HasValue, errorCode.GetValueOrDefault());
}

/// <summary>What raised a <see cref="VcpuEvent"/>.</summary>
public enum EventKind : byte
{
    /// <summary>The interrupt controller. Taken whether or not interrupts are enabled: it has been acknowledged.</summary>
    External,

    /// <summary>A non-maskable interrupt; further ones are blocked until IRET.</summary>
    NonMaskable,

    /// <summary>The processor, for an instruction.</summary>
    Exception,

    /// <summary>INT n, whose instruction is over: RIP is behind it.</summary>
    Software,
}
