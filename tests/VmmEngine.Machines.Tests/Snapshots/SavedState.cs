using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VmmEngine.Backends;
using VmmEngine.Memory;

namespace VmmEngine.Machines.Tests.Snapshots;

/// <summary>All that can be seen of a machine, as text to compare.</summary>
internal static class SavedState
{
    /// <summary>Registers of every vCPU, a hash of the memory, the count of instructions.</summary>
    public static string Of(Machine machine)
    {
        List<string> lines = [$"{machine.Instructions} instructions"];
        foreach (MachineVcpu vcpu in machine.Vcpus)
        {
            CpuRegisters registers = default;
            vcpu.ReadRegisters(RegisterGroups.All, ref registers);
            lines.Add($"vCPU {vcpu.Id}: {Convert.ToHexString(MemoryMarshal.AsBytes(new ReadOnlySpan<CpuRegisters>(in registers)))}");
        }

        byte[] memory = new byte[machine.Memory.Bytes];
        machine.Memory.Read(new Gpa(0), memory);
        lines.Add($"memory {Convert.ToHexString(SHA256.HashData(memory))}");
        return string.Join('\n', lines);
    }
}
