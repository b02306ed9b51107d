using VmmEngine.Loaders;
using VmmEngine.Memory;

namespace VmmEngine.Machines;

/// <summary>A machine's memory as loaders see it.</summary>
internal sealed class MachineLoadTarget(GuestVm vm, ulong lowMemory, ulong highMemory) : LoadTarget
{
    private const int BootRom = 8;

    /// <inheritdoc/>
    public override ulong LowMemory => lowMemory;

    /// <inheritdoc/>
    public override ulong HighMemory => highMemory;

    /// <inheritdoc/>
    public override bool TryWrite(Gpa address, ReadOnlySpan<byte> bytes) => vm.Device.Write((long)address.Value, bytes) == 0;

    /// <inheritdoc/>
    public override bool TryMapRom(Gpa address, ReadOnlySpan<byte> bytes)
    {
        ulong length = (ulong)bytes.Length;
        return vm.TryAddMemory(BootRom, "bootrom"u8, length)
            && vm.TryMapMemory(BootRom, 0, address, length, MemoryProtection.All)
            && TryWrite(address, bytes)
            && vm.TryUnmapMemory(address, length)
            && vm.TryMapMemory(BootRom, 0, address, length, MemoryProtection.Read | MemoryProtection.Execute);
    }
}
