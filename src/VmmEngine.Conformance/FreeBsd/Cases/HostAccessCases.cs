using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.FreeBsd.Client;
using VmmEngine.Conformance.FreeBsd.Interface;
using VmmEngine.Conformance.Systems;
using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.FreeBsd.FreeBsdCase;
using static VmmEngine.Conformance.FreeBsd.Interface.Commands;
using static VmmEngine.Conformance.FreeBsd.Interface.Structs;

namespace VmmEngine.Conformance.FreeBsd.Cases;

/// <summary>Sections 6.3 and 6.4: guest memory as seen by the client's process.</summary>
internal static class HostAccessCases
{
    private const ulong Top = GuestCode.MemorySize;

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        OnMemory("memory/mmap-is-the-memory-itself", "6.3", "What one side writes, the other reads.", vm =>
        {
            using IMappedMemory memory = vm.ExpectMap(0, 0x5000, 0x1000)!;
            memory.Bytes[7] = 0x5A;
            Check.Bytes("what is read", [0x5A], vm.Read(0x5007, 1));
            vm.Write(0x5008, 0xA5);
            Check.Equal("the mapped byte", (byte)0xA5, memory.Bytes[8]);
        }),
        OnMemory("memory/mmap-to-execute-is-EINVAL", "6.3", "A guest's code is not the client's.",
            vm => vm.ExpectMap(EINVAL, 0, 4096, Access.Read | Access.Execute)),
        OnMemory("memory/mmap-of-nothing-is-EINVAL", "6.3", "A range has bytes.", vm => vm.ExpectMap(EINVAL, 0, 0)),
        OnMemory("memory/mmap-at-a-negative-offset-is-EINVAL", "6.3", "Guest-physical addresses are not negative.", vm => vm.ExpectMap(EINVAL, -4096, 4096)),
        OnMemory("memory/mmap-of-a-hole-is-ENOENT", "6.3", "The range lies in a mapping.", vm => vm.ExpectMap(ENOENT, (long)Top, 4096)),
        OnMemory("memory/mmap-over-two-mappings-is-ENOENT", "6.3", "In one mapping, that is.", vm =>
        {
            vm.Do(VM_MMAP_MEMSEG, Mapping(Top, 0, 4096));
            vm.ExpectMap(ENOENT, (long)Top - 4096, 8192);
        }),
        OnDeviceMemory("memory/mmap-of-device-memory-is-EINVAL", "6.3", "Device memory has nodes of its own.", vm => vm.ExpectMap(EINVAL, 0xF000_0000, 4096)),
        OnMemory("memory/mapped-memory-outlives-the-mapping", "6.3", "The client's mapping stays valid when the guest's is gone.", vm =>
        {
            using IMappedMemory memory = vm.ExpectMap(0, 0x5000, 0x1000)!;
            memory.Bytes[0] = 1;
            vm.Do(VM_MUNMAP_MEMSEG, Extent(0, Top));
            memory.Bytes[1] = 2;
            vm.Do(VM_MMAP_MEMSEG, Mapping(0, 0, Top));
            Check.Bytes("the memory", [1, 2], vm.Read(0x5000, 2));
        }),
        OnVm("memory/a-hole-below-the-end-reads-as-zeros", "6.3", "Below the end of system memory.", vm =>
        {
            vm.AddMemory(0x1000);
            vm.Do(VM_MMAP_MEMSEG, Mapping(0x8000, 0, 0x1000));
            vm.Write(0, new byte[0x1000]);
            vm.Write(0xFF0, 1, 2, 3, 4);
            byte[] bytes = vm.Read(0xFF0, 0x20);
            Check.Bytes("the end of the page and the hole", [1, 2, 3, 4, .. new byte[0x1C]], bytes);
        }),
        OnMemory("memory/reading-at-the-end-is-EFAULT", "6.3", "There is nothing at or above the end of system memory.", vm =>
        {
            vm.ExpectRead(EFAULT, Top, 1);
            vm.ExpectRead(EFAULT, Top - 1, 2);
            vm.ExpectRead(EFAULT, 1UL << 46, 1);
        }),
        OnVm("memory/writing-a-hole-is-EFAULT", "6.3", "Below the end or above it; the pages before it have been written.", vm =>
        {
            vm.AddMemory(0x1000);
            vm.Do(VM_MMAP_MEMSEG, Mapping(0x8000, 0, 0x1000));
            vm.ExpectWrite(EFAULT, 0x2000, 1);
            vm.ExpectWrite(EFAULT, 0x9000, 1);
            vm.ExpectWrite(EFAULT, 0xFFE, 7, 7, 7, 7);
            Check.Bytes("the page before the hole", [7, 7], vm.Read(0xFFE, 2));
        }),
        OnMemory("memory/writing-what-the-guest-may-not-is-EFAULT", "6.3", "The mapping's permissions hold for read and write too.", vm =>
        {
            vm.AddMemory(0x1000, 0x20_0000, segment: 1, protection: ProtRead | ProtExecute);
            vm.ExpectWrite(EFAULT, 0x20_0000, 1);
            vm.Read(0x20_0000, 0x1000);
        }),
        OnDeviceMemory("memory/device-memory-is-read-and-written", "6.3", "Reading and writing know no kinds of memory.", vm =>
        {
            vm.Write(0xF000_0010, 0xAB);
            Check.Bytes("the byte", [0xAB], vm.Read(0xF000_0010, 1));
        }),
        OnDeviceMemory("node/mmap-is-the-segment", "6.4", "Offset 0 is the segment's first byte, mapped into the guest or not.", vm =>
        {
            using IMappedMemory memory = MapNode(vm, 0, 0x1000, 4096)!;
            memory.Bytes[3] = 0x3C;
            Check.Bytes("the guest's byte", [0x3C], vm.Read(0xF000_1003, 1));
        }, also: "VM_ALLOC_MEMSEG"),
        OnDeviceMemory("node/bad-ranges-are-EINVAL", "6.4", "Ranges lie in the segment, and code is not the client's.", vm =>
        {
            MapNode(vm, EINVAL, 0, 0);
            MapNode(vm, EINVAL, -4096, 4096);
            MapNode(vm, EINVAL, 0x1000, 0x2000);
            MapNode(vm, EINVAL, 0x2000, 0x1000);
            MapNode(vm, EINVAL, 0, 0x1000, Access.Read | Access.Execute);
        }, also: "VM_ALLOC_MEMSEG"),
        OnDeviceMemory("node/takes-no-commands", "6.4", "Mapping is all.", vm =>
        {
            int node = vm.Host.Open("/dev/vmm.io/guest.bootrom");
            Check.That("a command", vm.Host.Ioctl(node, VM_GET_TOPOLOGY, new Struct(8)) != 0, "an error", "success");
        }, also: "VM_ALLOC_MEMSEG"),
        OnDeviceMemory("node/is-gone-with-the-VM", "6.4", "The node, and what an open descriptor could do.", vm =>
        {
            int node = vm.Host.Open("/dev/vmm.io/guest.bootrom");
            vm.Host.Destroy(0, "guest");
            vm.Host.ExpectOpen(ENOENT, "/dev/vmm.io/guest.bootrom");
            Check.Equal("mapping through the open descriptor", NameOf(ENXIO), NameOf(vm.Host.Scope.System.Map(node, 0, 4096, Access.Read, out _)));
        }, also: "VM_ALLOC_MEMSEG VMMCTL_VM_DESTROY"),
        OnDeviceMemory("node/of-another-user-is-EACCES", "6.4", "It belongs to the VM's creator.",
            vm => vm.Host.ExpectOpen(EACCES, "/dev/vmm.io/guest.bootrom", caller: new Caller(1001)), also: "VM_ALLOC_MEMSEG"),
    ];

    /// <summary>A VM with memory at 0.</summary>
    private static ConformanceCase OnMemory(string name, string section, string why, Action<VmClient> body, string also = "VM_MMAP_MEMSEG") =>
        OnVm(name, section, why, vm =>
        {
            vm.AddMemory(Top);
            body(vm);
        }, also: also);

    /// <summary>The same, with device memory of two pages at F0000000h.</summary>
    private static ConformanceCase OnDeviceMemory(string name, string section, string why, Action<VmClient> body, string also = "VM_MMAP_MEMSEG") =>
        OnMemory(name, section, why, vm =>
        {
            vm.Do(VM_ALLOC_MEMSEG, Segment(BootRom, 0x2000, "bootrom"));
            vm.Do(VM_MMAP_MEMSEG, Mapping(0xF000_0000, BootRom, 0x2000));
            body(vm);
        }, also);

    private static IMappedMemory? MapNode(VmClient vm, int error, long offset, ulong length, Access access = Access.ReadWrite)
    {
        int node = vm.Host.Open("/dev/vmm.io/guest.bootrom");
        Check.Equal($"mapping 0x{length:X} bytes at 0x{offset:X} of the node", NameOf(error), NameOf(vm.Host.Scope.System.Map(node, offset, length, access, out IMappedMemory? memory)));
        return memory;
    }
}
