namespace VmmEngine.Conformance.FreeBsd.Interface;

/// <summary>The commands' argument structs, filled in. Offsets are the interface's.</summary>
internal static class Structs
{
    /// <summary>An address that nobody can have mapped.</summary>
    public const nint BadPointer = 0x10;

    public const int SystemMemory = 0;
    public const int BootRom = 8;

    public const int ProtRead = 1;
    public const int ProtWrite = 2;
    public const int ProtExecute = 4;
    public const int ProtAll = 7;

    public static Struct Int(int value) => new Struct(4).I32(0, value);

    /// <summary>vmmctl_vm_create and, without flags, vmmctl_vm_destroy.</summary>
    public static Struct VmName(string name, uint flags = 0)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(name);
        return new Struct(296).Text(0, bytes.AsSpan(0, Math.Min(bytes.Length, 230))).U32(232, flags);
    }

    public static Struct Register(int cpu, int register, ulong value = 0) => new Struct(16).I32(0, cpu).I32(4, register).U64(8, value);

    /// <summary>vm_register_set with the numbers and values in <paramref name="numbers"/> and <paramref name="values"/>.</summary>
    public static Struct RegisterSet(int cpu, uint count, UserPointer numbers, UserPointer values) =>
        new Struct(24).I32(0, cpu).U32(4, count).Pointer(8, numbers).Pointer(16, values);

    public static Struct SegmentDescriptor(int cpu, int register, ulong @base = 0, uint limit = 0, uint access = 0) =>
        new Struct(24).I32(0, cpu).I32(4, register).U64(8, @base).U32(16, limit).U32(20, access);

    public static Struct Capability(int cpu, int type, int value = 0, int allCpus = 0) =>
        new Struct(16).I32(0, cpu).I32(4, type).I32(8, value).I32(12, allCpus);

    public static Struct ExceptionEvent(int cpu, int vector, uint code = 0, bool hasCode = false, bool restarts = false) =>
        new Struct(20).I32(0, cpu).I32(4, vector).U32(8, code).I32(12, hasCode ? 1 : 0).I32(16, restarts ? 1 : 0);

    public static Struct EventInfo(int cpu, ulong first = 0, ulong second = 0) => new Struct(24).I32(0, cpu).U64(8, first).U64(16, second);

    public static Struct Statistics(int cpu, int index = 0) => new Struct(544).I32(0, cpu).I32(4, index);

    public static Struct StatisticDescription(int index) => new Struct(132).I32(0, index);

    /// <summary>vm_memseg; <paramref name="name"/> makes it device memory.</summary>
    public static Struct Segment(int id, ulong length, string name = "") => new Struct(56).I32(0, id).U64(8, length).Text(16, Ascii(name));

    public static Struct Mapping(ulong gpa, int segment, ulong length, long offset = 0, int protection = ProtAll, int flags = 0) =>
        new Struct(40).U64(0, gpa).I32(8, segment).U64(16, (ulong)offset).U64(24, length).I32(32, protection).I32(36, flags);

    public static Struct Extent(ulong gpa, ulong length) => new Struct(16).U64(0, gpa).U64(8, length);

    public static Struct CpuSet(int which, int size, UserPointer address) => new Struct(16).I32(0, which).I32(4, size).Pointer(8, address);

    public static Struct Topology(int sockets, int cores, int threads, int maxCpus = 0) =>
        new Struct(8).U16(0, sockets).U16(2, cores).U16(4, threads).U16(6, maxCpus);

    public static Struct Run(int cpu, UserPointer exit, UserPointer cpuSet = default, ulong cpuSetSize = 0) =>
        new Struct(32).I32(0, cpu).Pointer(8, cpuSet).U64(16, cpuSetSize).Pointer(24, exit);

    /// <summary>vm_gla2gpa.</summary>
    public static Struct Translation(int cpu, ulong address, int protection, ulong cr3, int privilege, int cpuMode, int pagingMode) =>
        new Struct(56).I32(0, cpu).I32(4, protection).U64(8, address).U64(16, cr3).I32(24, privilege).I32(28, cpuMode).I32(32, pagingMode);

    /// <summary>Two ints: vm_lapic_irq, vm_x2apic, vm_isa_irq, vm_isa_irq_trigger.</summary>
    public static Struct Pair(int first, int second) => new Struct(8).I32(0, first).I32(4, second);

    /// <summary>vm_lapic_msi: the message comes before the address.</summary>
    public static Struct Msi(ulong message, ulong address) => new Struct(16).U64(0, message).U64(8, address);

    /// <summary>vm_readwrite_kernemu_device; <paramref name="width"/> is the logarithm of the bytes.</summary>
    public static Struct DeviceAccess(int cpu, uint width, ulong gpa, ulong value = 0) =>
        new Struct(24).I32(0, cpu).U32(4, width).U64(8, gpa).U64(16, value);

    public static Struct RtcData(int offset, byte value = 0) => new Struct(8).I32(0, offset).U8(4, value);

    /// <summary>vm_snapshot_meta with the whole buffer left.</summary>
    public static Struct Snapshot(int device, int operation, UserPointer buffer, ulong size) =>
        new Struct(64).I32(16, device).Pointer(24, buffer).U64(32, size).Pointer(40, buffer).U64(48, size).I32(56, operation);

    public static byte[] Ascii(string text) => System.Text.Encoding.ASCII.GetBytes(text);
}
