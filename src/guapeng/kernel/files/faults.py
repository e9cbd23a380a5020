"""Why a file is not taken, in words that name the file."""

from guapeng.plain.unfit import Unfit, gettext_noop


class UnknownKind(Unfit):
    """Its content is of no kind that the rules allow, whatever its name says."""

    code = "file.kind"
    wording = gettext_noop("“%(name)s”的内容不是可以上传的类型（可以：%(kinds)s）")


class IsHeic(Unfit):
    """A picture in the format of some phones that few machines can draw."""

    code = "file.heic"
    wording = gettext_noop(
        "“%(name)s”是 HEIC 格式。请在手机“设置—相机—格式”选“兼容性最佳”后重拍，或先转成 JPG"
    )


class Mislabelled(Unfit):
    """The name claims another kind than the content is."""

    code = "file.mislabelled"
    wording = gettext_noop("“%(name)s”的内容其实是 %(kind)s，与名称不符，请改正名称后再传")


class DangerousName(Unfit):
    """The name has an ending that makes machines run what is inside."""

    code = "file.name"
    wording = gettext_noop("“%(name)s”的名称里有“.%(ending)s”，不能上传")


class TooLarge(Unfit):
    """More bytes than its kind may have."""

    code = "file.large"
    wording = gettext_noop("“%(name)s”太大了，%(kind)s 文件最多 %(mb)d MB")


class Empty(Unfit):
    """No bytes at all."""

    code = "file.empty"
    wording = gettext_noop("“%(name)s”是空文件")


class TooManyPixels(Unfit):
    """Small on the disk and huge when drawn."""

    code = "file.pixels"
    wording = gettext_noop(
        "“%(name)s”的画面太大（%(width)d×%(height)d），最多 %(megapixels)d 百万像素"
    )


class TooMuchInside(Unfit):
    """Small on the disk and huge when unpacked."""

    code = "file.unpacked"
    wording = gettext_noop("“%(name)s”解压后太大，不能上传")


class Broken(Unfit):
    """It cannot be opened as what it is."""

    code = "file.broken"
    wording = gettext_noop("“%(name)s”打不开，可能没有传完整，请重新选择")


class TwoInOne(Unfit):
    """It is a second kind of file at the same time."""

    code = "file.two_in_one"
    wording = gettext_noop("“%(name)s”里夹带了别的内容，不能上传")


class HasMacros(Unfit):
    """A document that brings a program."""

    code = "file.macros"
    wording = gettext_noop("“%(name)s”含有宏程序，请另存为不带宏的文件后再传")
