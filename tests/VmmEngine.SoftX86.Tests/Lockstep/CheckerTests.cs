using Iced.Intel;
using VmmEngine.Backends;
using VmmEngine.Guests.Lockstep;
using VmmEngine.Guests.Programs;
using VmmEngine.Loaders;
using VmmEngine.Memory;
using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.SoftX86.Tests.Lockstep;

/// <summary>The comparison itself: it finds what is broken, and names the instruction.</summary>
public unsafe class CheckerTests
{
    private const ulong Code = 0x10_0000, Data = 0x20_0000;
    private const int Rounds = 51;

    /// <summary>A loop with an access before and after it: the accesses themselves tell nothing.</summary>
    private static readonly byte[] s_guest = Assemble(c =>
    {
        Label next = c.CreateLabel();
        c.@out(0x80, al);
        c.mov(ebx, (int)Data);
        c.mov(ecx, Rounds);
        c.xor(eax, eax);
        c.Label(ref next);
        c.add(eax, ecx);
        c.mov(__dword_ptr[rbx], eax);
        c.imul(edx, eax, 3);
        c.dec(ecx);
        c.jne(next);
        c.@out(0x80, al);
        c.@out(0xF4, al);
    });

    public static TheoryData<string, ulong, int> Breakages()
    {
        TheoryData<string, ulong, int> cases = [];
        cases.Add("add eax,ecx", 1ul << 31, 0);
        cases.Add("imul edx,eax,3", 1, 2);
        cases.Add("dec ecx", 1ul << 4, 17);
        cases.Add("mov [rbx],eax", 1ul << 63, 3);
        return cases;
    }

    /// <summary>One bit of a register, or with number 17 of RFLAGS, flips after an instruction.</summary>
    [Theory]
    [MemberData(nameof(Breakages))]
    public void ABrokenInstructionIsNamed(string instruction, ulong bit, int register)
    {
        Instruction guilty = Find(instruction);
        void Break(ref CpuRegisters registers)
        {
            if (register == 17)
            {
                registers.Rflags ^= bit;
            }
            else
            {
                registers.General[register] ^= bit;
            }
        }

        LockstepDifference? difference = Compare(() => new(new BrokenFactory(guilty.IP, Break))).Difference;

        Assert.NotNull(difference);
        Assert.Equal(1, difference.Access);
        Assert.NotNull(difference.Cause);
        Assert.Equal(guilty.IP, difference.Cause.Rip);
        Assert.StartsWith(instruction, difference.Cause.Text, StringComparison.Ordinal);
        string line = Assert.Single(difference.Cause.Lines);
        Assert.Contains("software 0x", line, StringComparison.Ordinal);
        Assert.Contains("broken 0x", line, StringComparison.Ordinal);
    }

    [Fact]
    public void ABrokenJumpIsNamed()
    {
        Instruction guilty = Find("jne");
        LockstepDifference? difference = Compare(() => new(new BrokenFactory(guilty.IP, (ref registers) => registers.Rip = guilty.NextIP))).Difference;

        Assert.Equal(guilty.IP, difference?.Cause?.Rip);
    }

    [Fact]
    public void ABrokenStoreIsNamed()
    {
        Instruction guilty = Find("mov [rbx],eax");
        Instruction wrong = Find("imul");

        // The store is left out.
        LockstepDifference? difference = Compare(() => new(new BrokenFactory(Find("add").IP, (ref registers) => registers.Rip = wrong.IP))).Difference;

        Assert.Equal(Find("add").IP, difference?.Cause?.Rip);
        Assert.Equal(guilty.IP, Find("add").NextIP);
    }

    [Fact]
    public void EqualSidesAreEqualToTheEnd()
    {
        LockstepOutcome outcome = Compare(Machines.BareSoftware);

        Assert.Null(outcome.Difference);
        Assert.Equal((3, 0xF4ul), (outcome.Accesses, outcome.Last.Address));
    }

    private static LockstepOutcome Compare(Func<LockstepMachine> tested) =>
        new LockstepComparison(Machines.BareSoftware, tested, Machines.BareSteppedSoftware, tested).Run(
            target => FlatLoader.Load(s_guest, new Gpa(Code), EntryMode.Long, target), new LockstepDevices());

    private static byte[] Assemble(Action<Assembler> write)
    {
        Assembler c = new(64);
        write(c);
        using MemoryStream bytes = new();
        c.Assemble(new StreamCodeWriter(bytes), Code);
        return bytes.ToArray();
    }

    private static Instruction Find(string text)
    {
        Decoder decoder = Decoder.Create(64, s_guest);
        decoder.IP = Code;
        return decoder.First(instruction => instruction.ToString().StartsWith(text, StringComparison.Ordinal));
    }
}
