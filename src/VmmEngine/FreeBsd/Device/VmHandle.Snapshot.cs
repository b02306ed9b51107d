using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.Locks;
using VmmEngine.Memory;
using VmmEngine.Snapshots;

namespace VmmEngine.FreeBsd;

/// <content>Saving and restoring what the VM itself has: vCPUs, interrupt controllers, chips, memory.</content>
public sealed unsafe partial class VmHandle
{
    /// <summary>Adds vCPUs, the back end's parts, chips and the description of memory to an image. No vCPU runs meanwhile, and no timer fires.</summary>
    /// <returns>The memory itself, whose bytes go into the same file.</returns>
    /// <exception cref="SnapshotException">The back end cannot be saved.</exception>
    internal IReadOnlyList<SnapshotMemoryBlock> Save(SnapshotImage image)
    {
        VmBackend backend = RequireBackend();
        for (int id = 0; id < Vm.Locks->VcpuLimit; id++)
        {
            image.Save(VcpuPart(id), new VcpuSnapshot(this, backend, id));
        }

        foreach ((string name, ISnapshotted part) in backend.SnapshotParts.Concat(Vm.Devices.Chipset.Parts))
        {
            image.Save(name, part);
        }

        SnapshotMemory memory = SnapshotMemory.Of(Vm.Memory.Map, out List<SnapshotMemoryBlock> blocks);
        image.Save(SnapshotMemory.PartName, memory);
        return blocks;
    }

    /// <summary>Restores all of that into a VM that has not run yet. The clock has its time already.</summary>
    /// <exception cref="SnapshotException">The file does not fit this VM.</exception>
    internal void Restore(SnapshotFile file)
    {
        VmBackend backend = RequireBackend();
        SnapshotMemory memory = new();
        file.Image.Restore(SnapshotMemory.PartName, memory);
        RestoreMemory(memory, file);
        foreach ((string name, ISnapshotted part) in backend.SnapshotParts.Concat(Vm.Devices.Chipset.Parts))
        {
            file.Image.Restore(name, part);
        }

        for (int id = 0; id < Vm.Locks->VcpuLimit; id++)
        {
            file.Image.Restore(VcpuPart(id), new VcpuSnapshot(this, backend, id));

            // What was posted and not taken yet is found by looking at the controllers.
            VcpuLocks<ProcessorAtomics>.Post(ref *Vm.Locks, Vm.Locks->Vcpus + id, VcpuRequests.Event);
        }
    }

    private static string VcpuPart(int id) => $"vCPU {id}";

    private VmBackend RequireBackend() => Vm.Backend ?? throw new SnapshotException("the VM has no back end, and so no vCPUs to save");

    // Segments and mappings that the new VM has anyway are found to be the same; those of firmware images come with the file.
    private void RestoreMemory(SnapshotMemory memory, SnapshotFile file)
    {
        foreach ((int id, string name, ulong length, ulong place) in memory.Segments)
        {
            MemorySegment segment = Vm.Memory.Map.SegmentOf(id) ?? Allocate(id, name, length);
            bool isInFile = place % HostMemory.PageSize == 0 && place <= file.MemoryLength && length <= file.MemoryLength - place;
            if (segment.Length != length || !isInFile)
            {
                throw new SnapshotException($"the snapshot's memory segment {id} has {length} bytes, and the machine's has {segment.Length}: build the machine as the saved one was");
            }

            if (!segment.TryReplaceBytes(file.Handle, file.MemoryOffset + place))
            {
                throw new SnapshotException($"{file.Path} cannot be mapped as guest memory: is it on an ordinary file system?");
            }
        }

        foreach ((ulong address, ulong length, int id, ulong offset, MemoryProtection protection) in memory.Mappings)
        {
            if (!Vm.Memory.Map.TryFind(new Gpa(address), out MemoryMapping? mapping))
            {
                vm_memmap map = new() { gpa = address, segid = id, segoff = (long)offset, len = length, prot = (int)protection };
                Require(Ioctl(VmCommandWords.VM_MMAP_MEMSEG, &map) == 0, address);
            }
            else
            {
                Require((mapping.Address, mapping.Length, mapping.Segment.Id, mapping.Offset, mapping.Protection) == (address, length, id, offset, protection), address);
            }
        }

        Require(Vm.Memory.Map.Count == memory.Mappings.Count, 0);
    }

    private MemorySegment Allocate(int id, string name, ulong length)
    {
        vm_memseg segment = new() { segid = id, len = length };
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(name);
        if (bytes.Length <= vmm_limits.VM_MAX_SUFFIXLEN)
        {
            bytes.CopyTo(new Span<byte>(segment.name, vmm_limits.VM_MAX_SUFFIXLEN));
            if (Ioctl(VmCommandWords.VM_ALLOC_MEMSEG, &segment) == 0)
            {
                return Vm.Memory.Map.SegmentOf(id)!;
            }
        }

        throw new SnapshotException($"the snapshot's memory segment {id} of {length} bytes cannot be had");
    }

    private static void Require(bool isRight, ulong address)
    {
        if (!isRight)
        {
            throw new SnapshotException($"the snapshot's memory map does not fit this machine at 0x{address:X}: build the machine as the saved one was");
        }
    }

    /// <summary>One vCPU as a part of a snapshot.</summary>
    private sealed class VcpuSnapshot(VmHandle handle, VmBackend backend, int id) : ISnapshotted
    {
        public void Save(SnapshotWriter writer)
        {
            Vcpu* vcpu = Freeze();
            try
            {
                backend.SaveVcpu(vcpu, writer);
                backend.LocalApicOf(vcpu)?.Save(writer);
                ContextPart.Save(handle.Vm, vcpu, writer);
            }
            finally
            {
                VcpuLocks<ProcessorAtomics>.Thaw(vcpu);
            }
        }

        public void Restore(SnapshotReader reader)
        {
            Vcpu* vcpu = Freeze();
            try
            {
                backend.RestoreVcpu(vcpu, reader);
                backend.LocalApicOf(vcpu)?.Restore(reader);
                ContextPart.Restore(handle.Vm, vcpu, reader);
            }
            finally
            {
                VcpuLocks<ProcessorAtomics>.Thaw(vcpu);
            }
        }

        private Vcpu* Freeze()
        {
            VcpuLocks<ProcessorAtomics>.TryFreeze(ref *handle.Vm.Locks, id, out Vcpu* vcpu);
            if (backend.Prepare(vcpu) == 0)
            {
                return vcpu;
            }

            VcpuLocks<ProcessorAtomics>.Thaw(vcpu);
            throw new SnapshotException($"the host has no memory for vCPU {id}");
        }
    }
}
