namespace VmmEngine.SoftX86.Tests.SystemInstructions;

/// <summary>Descriptors as numbers.</summary>
internal static class Descriptors
{
    public const uint Present = 0x80, Code = 0x1A, Conforming = 0x1E, Data = 0x12, ReadOnly = 0x10, ExecuteOnly = 0x18, Accessed = 1;
    public const uint Long = 0x2000, Big = 0x4000, Granular = 0x8000;

    /// <summary>A segment of type and flags.</summary>
    public static ulong Segment(uint start, uint limit, uint access, uint privilege = 0) =>
        (limit & 0xFFFF) | ((ulong)(start & 0xFF_FFFF) << 16) | ((ulong)(access & 0xFF) << 40) | ((ulong)privilege << 45)
        | ((ulong)(limit & 0xF_0000) << 32) | ((ulong)(access & 0xF000) << 40) | ((ulong)(start >> 24) << 56);

    /// <summary>4 GiB of it.</summary>
    public static ulong Flat(uint access, uint privilege = 0) => Segment(0, 0xF_FFFF, access | Granular | Present, privilege);

    /// <summary>A gate.</summary>
    public static ulong Gate(uint type, ushort selector, uint offset, uint privilege = 0, bool present = true, uint parameters = 0) =>
        (offset & 0xFFFF) | ((ulong)selector << 16) | ((ulong)parameters << 32) | ((ulong)type << 40) | ((ulong)privilege << 45)
        | (present ? 1UL << 47 : 0) | ((ulong)(offset >> 16) << 48);
}
