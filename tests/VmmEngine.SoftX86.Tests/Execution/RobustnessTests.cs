using VmmEngine.Backends;
using VmmEngine.Memory;

namespace VmmEngine.SoftX86.Tests.Execution;

/// <summary>Whatever a guest executes, the process lives, and the run comes back.</summary>
public sealed unsafe class RobustnessTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void RandomBytesAsCodeNeitherCrashNorHang(int seed)
    {
        var random = new Random(seed);
        using SoftMachine machine = new();
        CpuRegisters start = machine.Registers();
        byte[] code = new byte[4096 * 4];
        for (int round = 0; round < 300; round++)
        {
            random.NextBytes(code);
            machine.Load(code);
            machine.Vm.MemoryWritten(new Gpa(SoftMachine.Code), (ulong)code.Length);
            CpuRegisters registers = start;
            RandomizeGeneral(random, ref registers);
            registers.Rip = SoftMachine.Code + (ulong)random.Next(code.Length);
            machine.Vm.Reset(machine.VcpuOf());

            machine.Write(RegisterGroups.All, in registers);
            machine.Run(budget: 2000, flags: RunFlags.ReturnOnHalt | RunFlags.AnswerUnclaimed);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void RandomBytesInOldModesNeitherCrashNorHang(bool real)
    {
        var random = new Random(17);
        using SoftMachine machine = new();
        byte[] code = new byte[0x1_0000];
        for (int round = 0; round < 300; round++)
        {
            random.NextBytes(code);
            machine.Load(code, SoftMachine.Code);
            machine.Load(code, 0x2_0000);
            machine.Vm.MemoryWritten(new Gpa(0), SoftMachine.MemorySize);
            machine.Vm.Reset(machine.VcpuOf());

            CpuRegisters registers = machine.Registers();
            RandomizeGeneral(random, ref registers);
            SetMode(real, ref registers);
            registers.Rip = (ulong)random.Next(code.Length);
            machine.Write(RegisterGroups.All, in registers);
            machine.Run(budget: 2000, flags: RunFlags.ReturnOnHalt | RunFlags.AnswerUnclaimed);
        }
    }

    private static void RandomizeGeneral(Random random, ref CpuRegisters registers)
    {
        Span<byte> bytes = stackalloc byte[8];
        for (int i = 0; i < 16; i++)
        {
            // Half of them point into memory, so that some accesses succeed.
            random.NextBytes(bytes);
            ulong value = BitConverter.ToUInt64(bytes);
            registers.General[i] = (value & 1) == 0 ? value % SoftMachine.MappedEnd : value;
        }
    }

    private static void SetMode(bool real, ref CpuRegisters registers)
    {
        if (real)
        {
            registers.Cs.Selector = 0x2000;
            registers.Cs.Base = 0x2_0000;
            return;
        }

        registers.Cr0 |= 1;
        registers.Cs = new SegmentRegister { Selector = 8, Base = SoftMachine.Code, Limit = 0xFFFF, Access = 0x409B };
        registers.Ss = registers.Ds = registers.Es = new SegmentRegister { Selector = 16, Limit = uint.MaxValue, Access = 0xC093 };
    }
}
