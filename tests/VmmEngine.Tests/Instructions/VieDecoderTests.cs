using VmmEngine.Abi.FreeBsd;
using VmmEngine.Instructions;
using Xunit;

namespace VmmEngine.Tests.Instructions;

public class VieDecoderTests
{
    private const int Real = vm_cpu_mode.CPU_MODE_REAL;
    private const int Protected = vm_cpu_mode.CPU_MODE_PROTECTED;
    private const int Long = vm_cpu_mode.CPU_MODE_64BIT;
    private const int None = vm_reg_name.VM_REG_LAST;
    private const int Rax = vm_reg_name.VM_REG_GUEST_RAX;
    private const int Rbx = vm_reg_name.VM_REG_GUEST_RBX;

    [Theory]
    [InlineData("8903", Long, 2)] // mov [rbx], eax
    [InlineData("48894310", Long, 4)] // mov [rbx+16], rax
    [InlineData("668983000100FF", Long, 7)] // mov [rbx-0xFFFF00], ax
    [InlineData("C7030100FF00", Long, 6)] // mov dword [rbx], imm32
    [InlineData("66C7030100", Long, 5)] // mov word [rbx], imm16
    [InlineData("48C70301000000", Long, 7)] // mov qword [rbx], imm32
    [InlineData("C60305", Long, 3)] // mov byte [rbx], 5
    [InlineData("F00FBA2B03", Long, 5)] // lock bts dword [rbx], 3
    [InlineData("0FB603", Long, 3)] // movzx eax, byte [rbx]
    [InlineData("890425003F00F0", Long, 7)] // mov [abs32], eax through SIB
    [InlineData("890500000100", Long, 6)] // mov [rip+65536], eax
    [InlineData("A10000C0FE00000000", Long, 9)] // mov eax, [moffs64]
    [InlineData("67A10000C0FE", Long, 6)]
    [InlineData("F683000000FE01", Long, 7)] // test byte [rbx+disp32], 1
    [InlineData("F61B", Long, 2)] // neg byte [rbx]
    [InlineData("F703FFFFFFFF", Long, 6)] // test dword [rbx], imm32
    [InlineData("F3A5", Long, 2)] // rep movsd
    [InlineData("AB", Long, 1)] // stosd
    [InlineData("650FB68B00010000", Long, 8)]
    [InlineData("8907", Real, 2)] // mov [bx], ax
    [InlineData("89063412", Real, 4)] // mov [1234h], ax
    [InlineData("895610", Real, 3)] // mov [bp+16], dx
    [InlineData("67890500000100", Real, 7)] // mov [disp32], ax
    [InlineData("A10010", Real, 3)]
    [InlineData("A10010C0FE", Protected, 5)]
    [InlineData("C7050010C0FE01000000", Protected, 10)]
    public void MemoryInstructionsAreAsLongAsTheyAre(string bytes, int mode, int length)
    {
        vie vie = Decode(bytes, mode);
        Assert.Equal((1, length), (vie.decoded, vie.num_processed));
        for (int cut = 1; cut < length; cut++)
        {
            Assert.Equal(0, Decode(bytes[..(2 * cut)], mode, padded: false).decoded);
        }
    }

    [Theory]
    [InlineData("89C3", Long)] // mov ebx, eax: no memory
    [InlineData("0F2903", Long)] // movaps
    [InlineData("C5F82903", Long)] // vmovaps
    [InlineData("90", Long)]
    [InlineData("0F0B", Long)]
    [InlineData("", Long)]
    [InlineData("666666666666666666666666666666", Long)]
    public void OthersAreNotDecoded(string bytes, int mode) => Assert.Equal(0, Decode(bytes, mode, padded: false).decoded);

    [Fact]
    public unsafe void TheClientGetsTheBytes()
    {
        vie vie = Decode("0F2903", Long, padded: false);
        Assert.Equal((3, 0x0F, 0x29, 0x03), (vie.num_valid, vie.inst[0], vie.inst[1], vie.inst[2]));
    }

    [Theory]
    [InlineData("8B4CB310", Long, Rbx, vm_reg_name.VM_REG_GUEST_RSI, 4, 16L)] // [rbx+rsi*4+16]
    [InlineData("8B0C24", Long, vm_reg_name.VM_REG_GUEST_RSP, None, 0, 0L)]
    [InlineData("438B0C6F", Long, vm_reg_name.VM_REG_GUEST_R15, vm_reg_name.VM_REG_GUEST_R13, 2, 0L)]
    [InlineData("428B0CA0", Long, Rax, vm_reg_name.VM_REG_GUEST_R12, 4, 0L)] // index 12 is one
    [InlineData("418B4D80", Long, vm_reg_name.VM_REG_GUEST_R13, None, 0, -128L)]
    [InlineData("8B0D04000000", Long, vm_reg_name.VM_REG_GUEST_RIP, None, 0, 4L)]
    [InlineData("8B0D04000000", Protected, None, None, 0, 4L)]
    [InlineData("8B00", Real, Rbx, vm_reg_name.VM_REG_GUEST_RSI, 1, 0L)] // [bx+si]
    [InlineData("8B44FE", Real, vm_reg_name.VM_REG_GUEST_RSI, None, 0, -2L)]
    public void AnOperandIsBaseIndexScaleAndDisplacement(string bytes, int mode, int @base, int index, int scale, long displacement)
    {
        vie vie = Decode(bytes, mode);
        Assert.Equal((1, @base, index, scale, displacement), (vie.decoded, vie.base_register, vie.index_register, vie.scale, vie.displacement));
    }

    [Fact]
    public void PrefixesAndFieldsAreWhereTheInterfaceHasThem()
    {
        vie vie = Decode("65674E8B4C9D08", Long, padded: false); // REX.WRX
        Assert.Equal(4 | (8 << 4), vie.addrsize_opsize);
        Assert.Equal(0x1 | 0x2 | 0x4 | 0x10, vie.prefixes);
        Assert.Equal(1 | 2 | (1 << 2) | (9 << 4), vie.overrides_mod_reg); // address and segment override, mod 1, r9
        Assert.Equal(4 | (2 << 4), vie.rm_ss_vex);
        Assert.Equal(11 | (5 << 4), vie.index_base);
        Assert.Equal(vm_reg_name.VM_REG_GUEST_GS, vie.segment_register);
        Assert.Equal((1, 0, 8L), (vie.disp_bytes, vie.imm_bytes, vie.displacement));

        vie = Decode("F266833BFE", Long, padded: false); // cmp word [rbx], -2
        Assert.Equal(0x40 | 0x80, vie.prefixes);
        Assert.Equal((1, -2L, 2), (vie.imm_bytes, vie.immediate, vie.addrsize_opsize >> 4));
    }

    [Theory]
    [InlineData("EE", Long, 1, false, false)]
    [InlineData("E610", Long, 2, false, false)]
    [InlineData("66ED", Long, 2, false, false)]
    [InlineData("F3EE", Long, 2, false, false)]
    [InlineData("6E", Long, 1, true, false)]
    [InlineData("F36C", Long, 2, true, true)]
    [InlineData("F2486F", Long, 3, true, true)]
    [InlineData("4866EF", Long, 0, false, false)] // no prefix follows a REX
    [InlineData("8903", Long, 0, false, false)]
    [InlineData("", Long, 0, false, false)]
    public void PortInstructionsAreTold(string bytes, int mode, int length, bool isString, bool isRepeated)
    {
        PortInstruction instruction = PortInstruction.Decode(Convert.FromHexString(bytes), mode, defaultIs32: false);
        Assert.Equal((length, isString, isRepeated), (instruction.Length, instruction.IsString, instruction.IsRepeated));
    }

    [Fact]
    public void NoBytesMakeItFail()
    {
        Random random = new(11);
        byte[] bytes = new byte[15];
        for (int round = 0; round < 200_000; round++)
        {
            random.NextBytes(bytes);
            vie vie = default;
            VieDecoder.Decode(bytes.AsSpan(0, random.Next(16)), random.Next(4), random.Next(2) == 0, ref vie);
            Assert.InRange(vie.num_processed, 0, vie.num_valid);
        }
    }

    private static vie Decode(string hex, int mode, bool padded = true)
    {
        byte[] bytes = Convert.FromHexString(hex);
        if (padded)
        {
            Array.Resize(ref bytes, 15);
        }

        vie vie = default;
        VieDecoder.Decode(bytes, mode, defaultIs32: mode == Protected, ref vie);
        return vie;
    }
}
