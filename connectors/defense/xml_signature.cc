#include "connectors/defense/xml_signature.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <xmlsec/crypto.h>
#include <xmlsec/errors.h>
#include <xmlsec/templates.h>
#include <xmlsec/xmldsig.h>
#include <xmlsec/xmlsec.h>
#include <xmlsec/xmltree.h>

#include <memory>

#include "model_core/base/check.h"
#include "model_core/base/strings.h"
#include "model_core/base/text.h"

namespace connectors::defense {
namespace {

using base::StrCat;

struct Deleter {
  void operator()(xmlDoc* document) const { xmlFreeDoc(document); }
  void operator()(xmlSecDSigCtx* context) const { xmlSecDSigCtxDestroy(context); }
  void operator()(xmlSecKey* key) const { xmlSecKeyDestroy(key); }
};
using Document = std::unique_ptr<xmlDoc, Deleter>;
using Context = std::unique_ptr<xmlSecDSigCtx, Deleter>;
using Key = std::unique_ptr<xmlSecKey, Deleter>;

// The library says on standard error what fails; the status says it here.
void Silence(const char*, int, const char*, const char*, const char*, int, const char*) {}

void StartOnce() {
  static const bool started = [] {
    xmlInitParser();
    const bool ok =
        xmlSecInit() >= 0 && xmlSecCryptoAppInit(nullptr) >= 0 && xmlSecCryptoInit() >= 0;
    xmlSecErrorsSetCallback(&Silence);
    return ok;
  }();
  CHECK(started, "libxmlsec1 does not start");
}

Document Parse(const std::string& xml) {
  Document document(xmlReadMemory(xml.data(), static_cast<int>(xml.size()), "binding.xml", nullptr,
                                  XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING));
  if (document && xmlGetIntSubset(document.get()) != nullptr) document.reset();
  return document;
}

absl::StatusOr<Key> LoadKey(const std::string& path, xmlSecKeyDataFormat format) {
  Key key(xmlSecCryptoAppKeyLoad(path.c_str(), format, nullptr, nullptr, nullptr));
  if (key) return key;
  return base::Error(
      absl::StatusCode::kFailedPrecondition, StrCat("label key ", path, " cannot be used"),
      StrCat("등급 표시 서명 키 ", base::WithParticle(path, "을"), " 사용할 수 없습니다"));
}

xmlSecTransformId MethodFor(xmlSecKey* key) {
  const bool elliptic = xmlSecKeyDataCheckId(xmlSecKeyGetValue(key), xmlSecKeyDataEcdsaId);
  return elliptic ? xmlSecTransformEcdsaSha384Id : xmlSecTransformRsaSha384Id;
}

// The template of the signature, put before everything else in the root.
xmlNodePtr AddTemplate(xmlDoc* document, xmlSecTransformId method) {
  xmlNodePtr root = xmlDocGetRootElement(document);
  xmlNodePtr signature = xmlSecTmplSignatureCreateNsPref(document, xmlSecTransformExclC14NId,
                                                         method, nullptr, BAD_CAST "ds");
  if (root->children != nullptr) {
    xmlAddPrevSibling(root->children, signature);
  } else {
    xmlAddChild(root, signature);
  }
  xmlNodePtr reference = xmlSecTmplSignatureAddReference(signature, xmlSecTransformSha384Id,
                                                         nullptr, BAD_CAST "", nullptr);
  xmlSecTmplReferenceAddTransform(reference, xmlSecTransformEnvelopedId);
  xmlSecTmplReferenceAddTransform(reference, xmlSecTransformExclC14NId);
  return signature;
}

std::string Text(xmlDoc* document) {
  xmlChar* bytes = nullptr;
  int size = 0;
  xmlDocDumpMemoryEnc(document, &bytes, &size, "UTF-8");
  std::string text(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
  xmlFree(bytes);
  return text;
}

void AllowOnlyStrong(xmlSecDSigCtx* context) {
  for (const xmlSecTransformId id :
       {xmlSecTransformExclC14NId, xmlSecTransformEcdsaSha384Id, xmlSecTransformRsaSha384Id}) {
    xmlSecDSigCtxEnableSignatureTransform(context, id);
  }
  for (const xmlSecTransformId id :
       {xmlSecTransformEnvelopedId, xmlSecTransformExclC14NId, xmlSecTransformSha384Id}) {
    xmlSecDSigCtxEnableReferenceTransform(context, id);
  }
  context->enabledReferenceUris = xmlSecTransformUriTypeEmpty;
}

absl::Status Invalid(std::string_view english, std::string_view korean) {
  return base::Error(absl::StatusCode::kInvalidArgument, StrCat("binding: ", english),
                     StrCat("등급 표시: ", korean));
}

}  // namespace

absl::StatusOr<std::string> SignXml(const std::string& xml, const std::string& key_path) {
  StartOnce();
  const Document document = Parse(xml);
  CHECK(document != nullptr, "a binding that is no xml was to be signed");
  ASSIGN_OR_RETURN(Key key, LoadKey(key_path, xmlSecKeyDataFormatPem));
  const Context context(xmlSecDSigCtxCreate(nullptr));
  xmlNodePtr signature = AddTemplate(document.get(), MethodFor(key.get()));
  context->signKey = key.release();
  if (xmlSecDSigCtxSign(context.get(), signature) >= 0 &&
      context->status == xmlSecDSigStatusSucceeded) {
    return Text(document.get());
  }
  return base::Error(absl::StatusCode::kFailedPrecondition,
                     StrCat("label key ", key_path, " does not sign"),
                     StrCat("등급 표시 키 ", key_path, ": 서명하지 못했습니다"));
}

absl::Status VerifyXml(const std::string& xml, const std::string& certificate_path) {
  StartOnce();
  const Document document = Parse(xml);
  if (document == nullptr) return Invalid("not well-formed xml", "XML 형식이 아닙니다");
  xmlNodePtr root = xmlDocGetRootElement(document.get());
  xmlNodePtr signature = xmlSecFindChild(root, xmlSecNodeSignature, xmlSecDSigNs);
  if (signature == nullptr) return Invalid("no signature", "서명이 없습니다");
  ASSIGN_OR_RETURN(Key key, LoadKey(certificate_path, xmlSecKeyDataFormatCertPem));
  const Context context(xmlSecDSigCtxCreate(nullptr));
  AllowOnlyStrong(context.get());
  context->signKey = key.release();
  if (xmlSecDSigCtxVerify(context.get(), signature) < 0)
    return Invalid("the signature cannot be checked", "서명을 확인할 수 없습니다");
  if (context->status != xmlSecDSigStatusSucceeded)
    return Invalid("the signature does not hold", "서명이 맞지 않습니다");
  if (xmlSecPtrListGetSize(&context->signedInfoReferences) != 1)
    return Invalid("not one reference over all of it", "전체를 가리키는 참조 하나가 아닙니다");
  return absl::OkStatus();
}

}  // namespace connectors::defense
