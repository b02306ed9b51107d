using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.Guests.Platform;

/// <summary>Writes the platform guest: steps that each leave an answer in RAX, which is written down.</summary>
/// <remarks>Interrupts are disabled except while the guest waits. RBX and the registers from R8 on keep their values across everything here.</remarks>
internal sealed partial class PlatformProgram(Assembler c)
{
    // Seen of kvm_pvm: no vector is ever in service there, and a level comes once more before its handler can withdraw it.
    private const string EndsByItself = "a KVM that emulates its guests ends the local APIC's interrupts when it delivers them";

    private readonly List<PlatformAnswer> _answers = [];
    private string _device = "";

    /// <summary>The instructions.</summary>
    public Assembler C { get; } = c;

    /// <summary>What the guest writes down, in order.</summary>
    public IReadOnlyList<PlatformAnswer> Answers => _answers;

    /// <summary>The steps that follow are this device's.</summary>
    public void Device(string name) => _device = name;

    /// <summary>Writes RAX down.</summary>
    public void Answer(string step, ulong expected) => Add(new PlatformAnswer(_device, step, expected, [], null));

    /// <summary>Writes RAX down, which is another value where the kernel has the device.</summary>
    public void Answer(string step, ulong expected, ulong onKvm, string why) => Add(new PlatformAnswer(_device, step, expected, [onKvm], why));

    /// <summary>Writes RAX down, which may be another value on a KVM that ends local interrupts by itself.</summary>
    public void AnswerInService(string step, ulong expected, ulong endedAtOnce) =>
        Add(new PlatformAnswer(_device, step, expected, [expected, endedAtOnce], EndsByItself));

    /// <summary>Writes 1 down if the comparison that set the flags says so, otherwise 0.</summary>
    public void AnswerIf(string step, Action<AssemblerRegister8> condition)
    {
        condition(al);
        C.movzx(eax, al);
        Answer(step, 1);
    }

    private void Add(PlatformAnswer answer)
    {
        C.mov(__qword_ptr[PlatformGuest.Log + (sizeof(ulong) * _answers.Count)], rax);
        _answers.Add(answer);
        C.mov(__dword_ptr[PlatformGuest.Reached], _answers.Count);
    }
}
