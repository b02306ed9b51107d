using VmmEngine.Backends;

namespace VmmEngine.SoftX86.Tests.SystemInstructions;

/// <summary>RDMSR, WRMSR, CPUID and the time-stamp counter.</summary>
public unsafe class MsrTests
{
    [Theory]
    [InlineData(ModelSpecific.Lstar, 0xFFFF_8000_0000_0000)]
    [InlineData(ModelSpecific.Star, 0x1234_5678_9ABC_DEF0)]
    [InlineData(ModelSpecific.Sfmask, 0x4_7700)]
    [InlineData(ModelSpecific.FsBase, 0x7FFF_FFFF_FFFF)]
    [InlineData(ModelSpecific.GsBase, 0x1234)]
    [InlineData(ModelSpecific.KernelGsBase, 0xFFFF_FFFF_8000_0000)]
    [InlineData(ModelSpecific.SysenterCs, 0x10)]
    [InlineData(ModelSpecific.SysenterEsp, 0x1000)]
    [InlineData(ModelSpecific.PageAttributes, 0x0007_0106_0007_0106)]
    [InlineData(ModelSpecific.MtrrDefault, 0xC06)]
    [InlineData(ModelSpecific.MtrrFirst, 0x8000_0006)]
    [InlineData(ModelSpecific.MtrrLast, 0x8000_0800)]
    [InlineData(ModelSpecific.MtrrFixed4 + 7, 0x0606_0606_0606_0606)]
    [InlineData(ModelSpecific.TscAux, 7)]
    public void KeepsWhatIsWritten(uint number, ulong value)
    {
        using SystemMachine machine = SystemMachine.Long();
        Assert.Equal(Step.EndBlock, Write(machine, number, value));
        machine[RegisterIndex.Rax] = machine[RegisterIndex.Rdx] = ulong.MaxValue;
        Assert.Equal(Step.Next, machine.Execute(0x0F, 0x32)); // rdmsr
        Assert.Equal(value, machine[RegisterIndex.Rax] | (machine[RegisterIndex.Rdx] << 32));
    }

    [Theory]
    [InlineData(ModelSpecific.Lstar, 0x8000_0000_0000)]
    [InlineData(ModelSpecific.FsBase, 0x8000_0000_0000)]
    [InlineData(ModelSpecific.Sfmask, 0x1_0000_0000)]
    [InlineData(ModelSpecific.PageAttributes, 2)]
    [InlineData(ModelSpecific.MtrrDefault, 7)]
    [InlineData(ModelSpecific.MtrrFirst, 0x100)]
    [InlineData(ModelSpecific.MtrrCapabilities, 0)]
    [InlineData(ModelSpecific.ArchitecturalCapabilities, 0)]
    [InlineData(ModelSpecific.Efer, 1 << 14)]
    [InlineData(ModelSpecific.Efer, 0)]
    [InlineData(0x1234u, 0)]
    public void Refuses(uint number, ulong value)
    {
        using SystemMachine machine = SystemMachine.Long();
        Assert.Equal(Step.Fault, Write(machine, number, value));
        Assert.Equal((Vectors.GeneralProtection, 0), machine.LastFault());
    }

    [Fact]
    public void UnknownRegistersExitWhereThatIsSwitchedOn()
    {
        using SystemMachine machine = SystemMachine.Long();
        machine.Cpu->System.MsrExits = 1;
        machine[RegisterIndex.Rcx] = 0x1234;
        Assert.Equal(Step.Exit, machine.Execute(0x0F, 0x32)); // rdmsr
        Assert.Equal((ExitReason.MsrRead, 0x1234u), (machine.Cpu->Exit->Reason, machine.Cpu->Exit->Detail));
        machine.Cpu->Exit->Flags = ExitFlags.None;
        machine.Cpu->Exit->Data = 0x1_0000_0002;
        Assert.Equal(Step.EndBlock, machine.Complete());
        Assert.Equal((2u, 1u), (machine[RegisterIndex.Rax], machine[RegisterIndex.Rdx]));
        Assert.Equal(SystemMachine.Code + 2, machine.Cpu->Rip);
        Assert.Equal(Step.Exit, machine.Execute(0x0F, 0x30)); // wrmsr
        Assert.Equal((ExitReason.MsrWrite, 0x1_0000_0002u), (machine.Cpu->Exit->Reason, machine.Cpu->Exit->Data));
        Assert.Equal(Step.Fault, machine.Complete());
        Assert.Equal((Vectors.GeneralProtection, 0), machine.LastFault());
    }

    [Fact]
    public void SwapgsExchangesTheBases()
    {
        using SystemMachine machine = SystemMachine.Long();
        Write(machine, ModelSpecific.GsBase, 1);
        Write(machine, ModelSpecific.KernelGsBase, 2);
        Assert.Equal(Step.Next, machine.Execute(0x0F, 0x01, 0xF8)); // swapgs
        Assert.Equal((2u, 1u), (machine.Cpu->Segments[SegmentIndex.Gs].Base, machine.Cpu->Msrs.KernelGsBase));
    }

    [Fact]
    public void TimeStampGoesOnFromWhatIsWritten()
    {
        using SystemMachine machine = SystemMachine.Long();
        Write(machine, ModelSpecific.TimeStampCounter, 1000);
        Assert.Equal(Step.Next, machine.Execute(0x0F, 0x31)); // rdtsc
        Assert.Equal((1000u, 0u), (machine[RegisterIndex.Rax], machine[RegisterIndex.Rdx]));
        machine.Cpu->Budget -= 5;
        Assert.Equal(Step.Next, machine.Execute(0x0F, 0x01, 0xF9)); // rdtscp
        Assert.Equal(1005u, machine[RegisterIndex.Rax]);
    }

    [Fact]
    public void TimeStampCanBeKeptFromUsers()
    {
        using SystemMachine machine = SystemMachine.Long(privilege: 3);
        machine.Cpu->Cr4 |= Cr4Bits.TimestampDisable;
        Assert.Equal((Vectors.GeneralProtection, 0), machine.Fault(0x0F, 0x31)); // rdtsc
    }

    [Fact]
    public void CpuidShowsWhatControlRegistersTake()
    {
        using SystemMachine machine = SystemMachine.Long();
        CpuidWords basic = Cpuid.Get(machine.Cpu, 1, 0);
        CpuidWords structured = Cpuid.Get(machine.Cpu, 7, 0);
        CpuidWords extended = Cpuid.Get(machine.Cpu, 0x8000_0001, 0);
        Assert.Equal(0u, basic.Ecx & (1u << 26 | 1u << 27 | 1u << 28));
        Assert.Equal(0u, basic.Edx & (1u << 9));
        Assert.NotEqual(0u, basic.Ecx & (1u << 31));
        Assert.Equal((Cr4Bits.Writable & Cr4Bits.SupervisorExecutionPrevention) != 0, (structured.Ebx & (1u << 7)) != 0);
        Assert.Equal((Cr4Bits.Writable & Cr4Bits.SupervisorAccessPrevention) != 0, (structured.Ebx & (1u << 20)) != 0);
        Assert.Equal((EferBits.Writable & EferBits.NoExecute) != 0, (extended.Edx & (1u << 20)) != 0);
        Assert.Equal((uint)PhysicalMap.AddressBits, Cpuid.Get(machine.Cpu, 0x8000_0008, 0).Eax & 0xFF);
        Assert.Equal(Cpuid.Get(machine.Cpu, 0x16, 0), Cpuid.Get(machine.Cpu, 0x5000_0000, 0));
    }

    [Fact]
    public void TopologyIsThatOfTheMachine()
    {
        using SystemMachine machine = SystemMachine.Long();
        machine.Cpu->System.VcpuCount = 6;
        machine.Cpu->System.ThreadsPerCore = 2;
        machine.Cpu->System.VcpuId = 5;
        CpuidWords threads = Cpuid.Get(machine.Cpu, 0x0B, 0);
        CpuidWords cores = Cpuid.Get(machine.Cpu, 0x0B, 1);
        Assert.Equal((1u, 2u, 0x100u, 5u), (threads.Eax, threads.Ebx, threads.Ecx, threads.Edx));
        Assert.Equal((3u, 6u, 0x201u, 5u), (cores.Eax, cores.Ebx, cores.Ecx, cores.Edx));
        Assert.Equal(5u, Cpuid.Get(machine.Cpu, 1, 0).Ebx >> 24);
    }

    private static Step Write(SystemMachine machine, uint number, ulong value)
    {
        machine[RegisterIndex.Rcx] = number;
        machine[RegisterIndex.Rax] = (uint)value;
        machine[RegisterIndex.Rdx] = value >> 32;
        return machine.Execute(0x0F, 0x30); // wrmsr
    }
}
